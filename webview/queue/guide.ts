/** How to label, beside the record: the project's guidelines, and for each label its meaning and examples. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { GuidelineNode, Guidelines, LabelExample, LabelGuide } from '../../src/protocol/guidelines.ts';
import { swatch } from '../ui/look.ts';
import { say } from '../ui/say.ts';
import { percent } from '../ui/words.ts';

export interface GuideOptions {
  /** Undefined until they have come. */
  readonly guidelines: Guidelines | undefined;
  readonly edit: () => void;
  readonly close: () => void;
}

export function guideTemplate({ guidelines, edit, close }: GuideOptions): TemplateResult {
  return html`<aside class="guide" aria-labelledby="guide-title" tabindex="0">
    <div class="guide-head">
      <h2 id="guide-title">${say('How to label')}</h2>
      <span>
        <button class="link" type="button" @click=${edit}>${guidelines?.text ? say('Edit') : say('Write guidelines')}</button>
        <button class="link" type="button" @click=${close}>${say('Close')} <kbd class="cap">g</kbd></button>
      </span>
    </div>
    ${guidelines ? contentTemplate(guidelines) : html`<p class="quiet">${say('Reading the guidelines…')}</p>`}
  </aside>`;
}

function contentTemplate({ text, problem, labels }: Guidelines): TemplateResult {
  return html`
    ${problem === undefined ? nothing : html`<p class="guide-problem" role="alert">${problem}</p>`}
    ${text === undefined ? nothing : html`<div class="guide-text" dir="auto">${text.map(nodeTemplate)}</div>`}
    <ul class="guide-labels">${labels.map(labelTemplate)}</ul>
  `;
}

function labelTemplate(label: LabelGuide, place: number): TemplateResult {
  const { name, color, description, clear, borderline } = label;
  return html`<li>
    <h3>${swatch(color, place)} <bdi>${name}</bdi></h3>
    ${description === undefined ? nothing : html`<p dir="auto">${description}</p>`}
    ${examplesTemplate(say('Your clearest'), clear)} ${examplesTemplate(say('On the border'), borderline)}
  </li>`;
}

function examplesTemplate(title: string, examples: readonly LabelExample[]): unknown {
  if (examples.length === 0) return nothing;
  return html`<h4 class="quiet">${title}</h4>
    ${examples.map(
      ({ text, p }) =>
        html`<blockquote dir="auto" title=${say('The model believes in this answer to {0}.', percent(p))}>${text}</blockquote>`,
    )}`;
}

/** Nothing in the tree is markup: text becomes text, and links lead to the web only. */
function nodeTemplate(node: GuidelineNode): unknown {
  const children = 'children' in node ? node.children.map(nodeTemplate) : [];
  switch (node.type) {
    case 'text':
      return node.value;
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return html`<pre><code>${node.value}</code></pre>`;
    case 'heading':
      return node.depth <= 2 ? html`<h3>${children}</h3>` : html`<h4>${children}</h4>`;
    case 'paragraph':
      return html`<p>${children}</p>`;
    case 'blockquote':
      return html`<blockquote>${children}</blockquote>`;
    case 'list':
      return node.ordered ? html`<ol>${children}</ol>` : html`<ul>${children}</ul>`;
    case 'item':
      return html`<li>${children}</li>`;
    case 'strong':
      return html`<strong>${children}</strong>`;
    case 'emphasis':
      return html`<em>${children}</em>`;
    case 'link':
      return html`<a href=${node.url}>${children}</a>`;
    case 'break':
      return html`<br />`;
    case 'rule':
      return html`<hr />`;
  }
}

export const guideStyles = css`
  .guide {
    flex: 0 1 36ch;
    min-width: 24ch;
    overflow: auto;
    padding: 16px 20px;
    border-inline-start: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
  }
  .guide-head {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    justify-content: space-between;
    margin-bottom: 8px;
  }
  .guide-head > span {
    display: flex;
    gap: 12px;
  }
  .guide h2,
  .guide h3 {
    font-size: inherit;
    font-weight: 600;
  }
  .guide h3 {
    margin: 12px 0 2px;
  }
  .guide h4 {
    margin: 6px 0 2px;
    font-size: 0.92em;
    font-weight: normal;
  }
  .guide p,
  .guide-text ul,
  .guide-text ol,
  .guide pre {
    margin: 4px 0;
    overflow-wrap: anywhere;
  }
  .guide-text ul {
    padding-inline-start: 1.4em;
    list-style: disc;
  }
  .guide-text ol {
    padding-inline-start: 1.8em;
    list-style: decimal;
  }
  .guide pre {
    overflow: auto;
  }
  .guide code {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  .guide a {
    color: var(--vscode-textLink-foreground);
  }
  .guide blockquote {
    margin: 4px 0;
    padding: 2px 8px;
    border-inline-start: 3px solid var(--vscode-textBlockQuote-border, var(--vscode-panel-border, currentColor));
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
  }
  .guide-problem {
    color: var(--vscode-errorForeground);
  }
`;
