/** The record on screen: where it is from, its text, its other fields, and why it is asked. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Card, WordWeight } from '../../src/protocol/queue.ts';
import { button } from '../ui/controls.ts';
import { say, sayWith } from '../ui/say.ts';
import { count, decimal } from '../ui/words.ts';
import { changesOf } from './changes.ts';
import { folded, type Run, runsOf } from './text.ts';

export interface CardOptions {
  readonly card: Card;
  readonly unfolded: boolean;
  readonly showWhy: boolean;
  /** The words behind the guess, and the label guessed; absent while they are not known. */
  readonly reasons: { readonly label: string; readonly words: readonly WordWeight[] } | undefined;
  readonly openSource: () => void;
  readonly unfold: () => void;
  readonly toggleWhy: () => void;
}

export function cardTemplate(options: CardOptions): TemplateResult {
  const { card, unfolded } = options;
  // Who is asked a second time wants to know why, each time.
  const showWhy = options.showWhy || card.purpose === 'review';
  // A changed text is shown whole: the change may be anywhere in it.
  const part = unfolded || card.before !== undefined ? undefined : folded(card.text);
  return html`
    <div class="origin quiet">
      <button class="link source" type="button" title=${say('Open this record in its file (o)')} @click=${options.openSource}>
        <bdi>${card.src}</bdi>:${card.line}
      </button>
      ${card.purpose === 'audit' ? html`<span class="purpose">${say('audit: measures, never trains')}</span>` : nothing}
      ${card.purpose === 'review' ? html`<span class="purpose">${say('review')}</span>` : nothing}
      ${card.flagged ? html`<span class="flagged">⚑ ${say('flagged')}</span>` : nothing}
    </div>
    <div class="text" dir="auto">${guard([card.text, card.before, unfolded], () =>
      card.before === undefined ? textTemplate(part ?? card.text) : changesTemplate(card.before, card.text),
    )}</div>
    ${
      part === undefined
        ? nothing
        : html`<div class="fold">
            ${button({
              text: say('Show all {0} characters', count(card.text.length)),
              keyCap: say('⇧ Enter'),
              run: options.unfold,
            })}
          </div>`
    }
    ${
      card.truncated && part === undefined
        ? html`<p class="quiet">${say('Only the beginning of a long record is shown. The whole of it is in its file.')}</p>`
        : nothing
    }
    ${card.fields.length > 0 ? html`<dl class="fields quiet">${card.fields.map(fieldTemplate)}</dl>` : nothing}
    <div class="why quiet">
      <button class="link" type="button" aria-expanded=${showWhy ? 'true' : 'false'} @click=${options.toggleWhy}>
        ${say('Why this record?')}
      </button>
      ${showWhy ? html`<span dir="auto">${card.why}</span>${reasonsTemplate(options.reasons)}` : nothing}
    </div>
  `;
}

/** The text itself, always as text: a control character keeps its place and shows its symbol beside it. */
function textTemplate(text: string): unknown {
  return runsOf(text).map((run) => (run.symbol ? controlTemplate(run) : run.text));
}

/** The text of now with what was there before: struck out and underlined, so that colour is not all that tells. */
function changesTemplate(before: string, now: string): unknown {
  return changesOf(before, now).map(({ kind, text }) => {
    const shown = textTemplate(text);
    if (kind === 'same') return shown;
    return kind === 'removed' ? html`<del>${shown}</del>` : html`<ins>${shown}</ins>`;
  });
}

function controlTemplate({ text, symbol }: Run): TemplateResult {
  return html`<span class="control" data-symbol=${symbol ?? ''}>${text}</span>`;
}

/** What the model goes by, as words: the strongest first, those against marked by words and not by colour alone. */
function reasonsTemplate(reasons: CardOptions['reasons']): unknown {
  if (!reasons || reasons.words.length === 0) return nothing;
  const label = html`<bdi>${reasons.label}</bdi>`;
  const side = (says: unknown, words: readonly WordWeight[]) =>
    words.length === 0
      ? nothing
      : html`<span class="words">${says} ${words.map(
          ({ word, weight }) => html`<bdi class="word" title=${decimal(weight, 2)}>${word}</bdi> `,
        )}</span>`;
  return html`${side(
    sayWith('For {0}:', label),
    reasons.words.filter(({ weight }) => weight > 0),
  )} ${side(
    sayWith('Against {0}:', label),
    reasons.words.filter(({ weight }) => weight < 0),
  )}`;
}

function fieldTemplate([name, value]: readonly [string, string]): TemplateResult {
  return html`<div><dt><bdi>${name}</bdi></dt><dd dir="auto">${value}</dd></div>`;
}

export const cardStyles = css`
  .origin {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    align-items: baseline;
    font-size: 0.92em;
  }
  .source {
    color: inherit;
  }
  .purpose {
    color: var(--vscode-foreground);
    border-bottom: 1px dotted currentColor;
  }
  .flagged {
    color: var(--vscode-foreground);
  }
  .text {
    max-width: 80ch;
    margin: 12px 0;
    font-size: 1.35em;
    line-height: 1.55;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
    tab-size: 4;
    user-select: text;
  }
  .text del {
    background: var(--vscode-diffEditor-removedTextBackground);
  }
  .text del + ins {
    margin-inline-start: 2px;
  }
  .text ins {
    background: var(--vscode-diffEditor-insertedTextBackground);
  }
  .control {
    unicode-bidi: isolate;
    font-size: 0;
  }
  /* Before the character, so that one that reorders what follows does not reorder its own name. */
  .control::before {
    content: attr(data-symbol);
    margin: 0 1px;
    padding: 0 0.25em;
    border: 1px dotted currentColor;
    border-radius: 2px;
    color: var(--vscode-descriptionForeground);
    font-size: calc(var(--vscode-font-size) * 0.9);
  }
  /* Stays in sight at the end of what is visible of a long text. */
  .fold {
    position: sticky;
    bottom: -16px;
    padding: 6px 0 16px;
    background: var(--vscode-editor-background);
  }
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 20px;
    max-width: 100ch;
    margin: 8px 0;
    font-size: 0.92em;
  }
  .fields > div {
    display: flex;
    gap: 6px;
    min-width: 0;
  }
  .fields dt::after {
    content: ':';
  }
  dd {
    color: var(--vscode-foreground);
    min-width: 0;
    max-height: 4.4em;
    overflow: hidden;
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
  }
  .why {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    max-width: 100ch;
    font-size: 0.92em;
  }
  .words {
    display: block;
    margin-top: 4px;
  }
  .word {
    padding: 0 4px;
    color: var(--vscode-foreground);
    border-bottom: 1px solid var(--vscode-descriptionForeground);
  }
  .why .link {
    color: inherit;
  }
`;
