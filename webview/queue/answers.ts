/** The ways to answer: one button a label, the guess above them, and the acts that are no label below. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { CardLabel, QueueAction } from '../../src/protocol/queue.ts';
import { button } from '../ui/controls.ts';
import { labelName } from '../ui/label-name.ts';
import { swatch } from '../ui/look.ts';
import { say, sayOf } from '../ui/say.ts';
import { percent } from '../ui/words.ts';

export interface LabelButtons {
  readonly labels: readonly CardLabel[];
  readonly caps: ReadonlyMap<string, string>;
  /** Those that are on the card. */
  readonly answer: readonly string[];
  readonly guesses: readonly string[];
  readonly disabled: boolean;
  readonly choose: (id: string) => void;
}

/** Beyond this many, buttons are compact and the finder is the quick way. */
const manyLabels = 20;

export function labelButtons({
  labels,
  caps,
  answer,
  guesses,
  disabled,
  choose,
}: LabelButtons): TemplateResult {
  return html`<div
    class="labels ${labels.length > manyLabels ? 'compact' : ''}"
    role="group"
    aria-label=${say('Labels')}
  >
    ${labels.map((label, index) => {
      const cap = caps.get(label.id);
      const chosen = answer.includes(label.id);
      return html`<button
        type="button"
        class="label ${chosen ? 'chosen' : ''} ${guesses.includes(label.id) ? 'guessed' : ''}"
        aria-pressed=${chosen ? 'true' : 'false'}
        aria-keyshortcuts=${cap ? cap.replace('⇧', 'Shift+') : nothing}
        title=${label.description ? `${label.name}: ${label.description}` : label.name}
        ?disabled=${disabled}
        @click=${() => choose(label.id)}
      >
        ${cap ? html`<kbd class="cap" aria-hidden="true">${cap}</kbd>` : nothing}${swatch(label.color, index)}<span
          class="name"
          dir="auto"
          >${labelName(label.name)}</span
        >
      </button>`;
    })}
  </div>`;
}

/** The row above the labels: the guess and what Enter does, or what an audit card is for. */
export function guessRow(
  guess: { readonly label: CardLabel; readonly p: number } | undefined,
  index: number,
): TemplateResult {
  if (!guess) return html`<div class="guess"></div>`;
  return html`<div class="guess quiet">
    ${say('Guess')} ${swatch(guess.label.color, index)}<bdi class="name">${guess.label.name}</bdi> ${percent(guess.p)}
    <kbd class="cap">${say('Enter')}</kbd>
  </div>`;
}

/** The same where a record can have several labels: all that the model would give; nothing of it is put on the card. */
export function guessesRow(
  guesses: readonly { readonly label: CardLabel; readonly p: number }[] | undefined,
  labels: readonly CardLabel[],
): TemplateResult {
  if (!guesses) return html`<div class="guess"></div>`;
  const named = guesses.map(
    ({ label, p }) =>
      html`<span class="one">${swatch(label.color, labels.indexOf(label))}<bdi class="name">${label.name}</bdi> ${percent(p)}</span>`,
  );
  return html`<div class="guess quiet">${say('Guess')} ${guesses.length > 0 ? named : say('none of them')}</div>`;
}

/** Saves what is on the card; says what Enter would save. */
export function submitRow(chosen: number, disabled: boolean, submit: () => void): TemplateResult {
  const text = chosen === 0 ? say('None of Them') : sayOf(chosen, 'Save 1 Label', 'Save {0} Labels');
  return html`<div class="submit">
    ${button({ text, keyCap: say('Enter'), kind: 'primary', disabled, run: submit })}
    <span class="quiet">${chosen === 0 ? say('A record can have several labels, or none of them.') : nothing}</span>
  </div>`;
}

export interface OtherActs {
  readonly perform: (action: QueueAction) => void;
  readonly find: () => void;
  readonly flagged: boolean;
  readonly hasCard: boolean;
  /** An answered record can't be skipped. */
  readonly lookingBack: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/**
 * Quieter than the labels, as they are asked for less often. The key caps are the defaults of contributed commands;
 * the overlay says where to change them.
 */
export function otherActs(acts: OtherActs): TemplateResult {
  const { perform, find, flagged, hasCard, lookingBack, canUndo, canRedo } = acts;
  const act = (text: string, keyCap: string, action: QueueAction, disabled: boolean) =>
    button({ text, keyCap, disabled, kind: 'quiet', run: () => perform(action) });
  return html`<div class="acts" role="group" aria-label=${say('Other actions')}>
    ${act(say('Skip'), say('Space'), 'skip', !hasCard || lookingBack)} ${act(say('Unsure'), 'u', 'unsure', !hasCard || lookingBack)}
    ${act(flagged ? say('Unflag') : say('Flag'), 'f', 'flag', !hasCard)} ${act(say('Undo'), '⌫', 'undo', !canUndo)}
    ${canRedo ? act(say('Redo'), say('⇧ Ctrl Z'), 'redo', false) : nothing}
    ${button({ text: say('Find label'), keyCap: '/', kind: 'quiet', disabled: !hasCard, run: find })}
    ${act(say('Keys'), '?', 'toggleKeys', false)}
  </div>`;
}

export const answerStyles = css`
  .labels {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(11em, 100%), 1fr));
    gap: 6px;
  }
  .labels.compact {
    grid-template-columns: repeat(auto-fill, minmax(min(12em, 100%), 1fr));
    gap: 3px;
  }
  .labels.compact .name {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .label {
    display: flex;
    gap: 8px;
    align-items: center;
    min-height: 34px;
    padding: 4px 10px 4px 8px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 4px;
    /* Some dark themes have secondary buttons without a ground, and a label has to look like one. */
    background: color-mix(in srgb, var(--vscode-foreground) 9%, var(--vscode-button-secondaryBackground));
    color: var(--vscode-foreground);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .label:hover {
    background: color-mix(in srgb, var(--vscode-foreground) 16%, var(--vscode-button-secondaryBackground));
  }
  .label:disabled {
    cursor: default;
    opacity: 0.5;
  }
  /* Two lines of a long name; the title has the whole. */
  .label .name {
    display: -webkit-box;
    min-width: 0;
    overflow: hidden;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .label .cap {
    flex: none;
  }
  .compact .label {
    min-height: 26px;
    padding: 1px 6px;
    gap: 6px;
    border-radius: 2px;
  }
  .label.guessed {
    border-style: dashed;
    border-color: var(--vscode-focusBorder);
  }
  .label.chosen {
    border: 2px solid var(--vscode-focusBorder);
    padding: 3px 9px 3px 7px;
    font-weight: 600;
  }
  .guess {
    display: flex;
    gap: 6px;
    align-items: center;
    min-height: 1.8em;
    font-size: 0.95em;
  }
  .guess .name {
    color: var(--vscode-foreground);
    overflow-wrap: anywhere;
  }
  .guess .one {
    display: inline-flex;
    gap: 6px;
    align-items: center;
  }
  .submit {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;

  }
`;
