/**
 * Markdown to the tree that a page shows: made of a few kinds of nodes, with nothing in it that is markup, so that a
 * page needs no sanitiser. Loaded when somebody opens the guidelines.
 */
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { GuidelineNode } from '../protocol/guidelines.ts';

type Markdown = ReturnType<typeof fromMarkdown>['children'][number];

export function markdownTree(source: string): GuidelineNode[] {
  return fromMarkdown(source).children.flatMap((node) => nodeOf(node, source));
}

function nodeOf(node: Markdown, source: string): GuidelineNode[] {
  const children = 'children' in node ? node.children.flatMap((child) => nodeOf(child, source)) : [];
  switch (node.type) {
    case 'text':
    case 'code':
    case 'inlineCode':
      return [{ type: node.type, value: node.value }];
    case 'heading':
      return [{ type: 'heading', depth: node.depth, children }];
    case 'list':
      return [{ type: 'list', ordered: node.ordered === true, children }];
    case 'listItem':
      return [{ type: 'item', children }];
    case 'paragraph':
    case 'blockquote':
    case 'strong':
    case 'emphasis':
      return [{ type: node.type, children }];
    case 'link':
      return /^https?:\/\//i.test(node.url) ? [{ type: 'link', url: node.url, children }] : children;
    case 'break':
      return [{ type: 'break' }];
    case 'thematicBreak':
      return [{ type: 'rule' }];
    default:
      return [{ type: 'text', value: typed(node, source) }];
  }
}

/** The node as it stands in the source. */
function typed({ position }: Markdown, source: string): string {
  return source.slice(position?.start.offset, position?.end.offset);
}
