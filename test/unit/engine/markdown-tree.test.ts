/** What a page is given of a Markdown text, which anybody may have written. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { markdownTree } from '../../../src/engine/markdown-tree.ts';
import type { GuidelineNode } from '../../../src/protocol/guidelines.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

/** The tree in one line: kinds and texts. */
function short(nodes: readonly GuidelineNode[]): string {
  return nodes
    .map((node) => {
      const inner =
        'children' in node ? `(${short(node.children)})` : 'value' in node ? `:${node.value}` : '';
      return `${node.type}${inner}`;
    })
    .join(' ');
}

for (const [typed, expected] of [
  ['# A *b* `c`', 'heading(text:A  emphasis(text:b) text:  inlineCode:c)'],
  ['- x\n- **y**', 'list(item(paragraph(text:x)) item(paragraph(strong(text:y))))'],
  ['1. x\n\n---\n\n> q', 'list(item(paragraph(text:x))) rule blockquote(paragraph(text:q))'],
  ['```\n<b>\n```', 'code:<b>'],
  ['fish &amp; chips', 'paragraph(text:fish & chips)'],
  ['[site](https://example.com)', 'paragraph(link(text:site))'],
  ['[click](javascript:alert(1))', 'paragraph(text:click)'],
  ['[click](command:workbench.action.quit) [f](file:///etc/passwd)', 'paragraph(text:click text:  text:f)'],
  ['![img](https://example.com/x.png)', 'paragraph(text:![img](https://example.com/x.png))'],
  ['<script>alert(1)</script>', 'text:<script>alert(1)</script>'],
  ['a <img src=x onerror=alert(1)> b', 'paragraph(text:a  text:<img src=x onerror=alert(1)> text: b)'],
] as const) {
  test(`${JSON.stringify(typed)} is shown without markup`, () => {
    assert.equal(short(markdownTree(typed)), expected);
  });
}

test(
  'no hostile string becomes a link that does not lead to the web',
  skipUnlessShared('suites', 'blns'),
  () => {
    const strings: string[] = JSON.parse(readFileSync(sharedFile('suites', 'blns/blns.json')!, 'utf8'));
    const visit = (nodes: readonly GuidelineNode[]): void => {
      for (const node of nodes) {
        if (node.type === 'link') assert.match(node.url, /^https?:\/\//i);
        if ('children' in node) visit(node.children);
      }
    };
    for (const string of strings) visit(markdownTree(`[x](${string})\n\n${string}`));
  },
);
