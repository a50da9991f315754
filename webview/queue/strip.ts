/** The quiet parts around the card: progress and learning above, the last answers below, the keys explained. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type {
  Card,
  CardLabel,
  QueueCounts,
  QueueSnapshot,
  SittingProgress,
} from '../../src/protocol/queue.ts';
import { progressRing } from '../ui/controls.ts';
import { swatch } from '../ui/look.ts';
import { say, sayOf } from '../ui/say.ts';
import { styled } from '../ui/styled.ts';
import { count, percent, trainingSentence } from '../ui/words.ts';
import { excerpt } from './text.ts';

/** @param counts with the answers under way as if they were saved */
export function progressStrip(snapshot: QueueSnapshot, counts: QueueCounts): TemplateResult {
  const { records, labelled, audited, skipped, problems } = counts;
  const share = records > 0 ? labelled / records : 0;
  const facts = [
    sayOf(records, '{1} of 1 record labelled', '{1} of {0} records labelled', count(labelled)),
    audited > 0 ? say('{0} to measure', count(audited)) : '',
    skipped > 0 ? say('{0} skipped', count(skipped)) : '',
    problems > 0 ? sayOf(problems, '1 problem', '{0} problems') : '',
  ].filter((fact) => fact !== '');
  return html`
    <div class="strip quiet">
      <h1><bdi>${snapshot.project}</bdi></h1>
      <span class="facts" title=${percent(share, 1)}>${facts.join(' · ')}</span>
      <span class="sitting">${sittingSentence(snapshot.sitting, labelled - snapshot.counts.labelled)}</span>
    </div>
    <div class="bar" aria-hidden="true"><div ${styled('width', `${share * 100}%`)}></div></div>
  `;
}

function sittingSentence({ answered, goal, perMinute }: SittingProgress, unsaved: number): string {
  const now = answered + unsaved;
  if (now === 0 && goal === undefined) return '';
  const speed = perMinute === undefined ? undefined : count(Math.max(1, Math.round(perMinute)));
  if (goal === undefined)
    return speed === undefined
      ? say('{0} this time', count(now))
      : say('{0} this time, {1} a minute', count(now), speed);
  if (now >= goal)
    return speed === undefined
      ? say('Goal reached: {0} this time', count(now))
      : say('Goal reached: {0} this time, {1} a minute', count(now), speed);
  return speed === undefined
    ? say('{0} of {1} this time', count(now), count(goal))
    : say('{0} of {1} this time, {2} a minute', count(now), count(goal), speed);
}

/** What comes and goes while one works is below, where it moves nothing that is being read. */
export function bottomLine({ indexing, training }: QueueSnapshot, status: string): TemplateResult {
  return html`<div class="bottom quiet">
    <span>${status}</span>
    ${indexing ? indexingLine(indexing) : nothing}
    <span class="learning"
      >${training.phase === 'running' ? progressRing() : nothing} ${trainingSentence(training)}</span
    >
  </div>`;
}

function indexingLine({ files, filesDone, records, problems }: NonNullable<QueueSnapshot['indexing']>) {
  const done = [count(filesDone), count(files)] as const;
  const sentence =
    problems > 0
      ? sayOf(
          records,
          'Reading files: {1} of {2}, 1 record, {3} so far',
          'Reading files: {1} of {2}, {0} records, {3} so far',
          ...done,
          sayOf(problems, '1 problem', '{0} problems'),
        )
      : sayOf(
          records,
          'Reading files: {1} of {2}, 1 record so far',
          'Reading files: {1} of {2}, {0} records so far',
          ...done,
        );
  return html`<span class="indexing">
    <progress aria-label=${say('Reading files')} max=${Math.max(1, files)} .value=${filesDone}></progress>
    ${sentence}
  </span>`;
}

export interface HistoryStrip {
  readonly history: readonly Card[];
  readonly labels: readonly CardLabel[];
  readonly multiLabel: boolean;
  readonly lookingAt: string | undefined;
  readonly look: (key: string) => void;
}

/** The last ten answers, newest first, each a button that brings its record back. */
export function historyStrip({ history, labels, multiLabel, lookingAt, look }: HistoryStrip): TemplateResult {
  const latest = history.slice(-10).reverse();
  return html`<ol class="history" aria-label=${say('Latest answers, newest first')}>
    ${repeat(
      latest,
      (card) => card.key,
      (card) => {
        const places = (card.answer ?? []).map((id) => labels.findIndex((label) => label.id === id));
        const name = card.answer?.map((id) => labels.find((each) => each.id === id)?.name ?? id).join(', ');
        const nothingSaid = card.answer && multiLabel ? say('none of them') : say('cleared');
        return html`<li>
          <button
            type="button"
            class="past ${card.key === lookingAt ? 'current' : ''}"
            aria-current=${card.key === lookingAt ? 'true' : 'false'}
            title=${excerpt(card.text, 300)}
            @click=${() => look(card.key)}
          >
            ${places.map((place) => (labels[place] ? swatch(labels[place].color, place) : nothing))}<bdi
              class="past-name"
              >${name || nothingSaid}</bdi
            >
            <bdi class="past-text quiet">${excerpt(card.text, 40)}</bdi>
          </button>
        </li>`;
      },
    )}
  </ol>`;
}

/** The keys as they are by default, and what each means. */
function keyMeanings(multiLabel: boolean): readonly (readonly [keys: string, meaning: string])[] {
  return [
    ['1 … 9, 0', multiLabel ? say('put a label on, or take it off') : say('label, and go on')],
    ['⇧1 … ⇧0', say('the next ten labels')],
    ['/', say('find a label by name')],
    [
      say('Enter'),
      multiLabel
        ? say('save and go on; with nothing chosen: none of them')
        : say('accept the guess, when one is shown'),
    ],
    [say('⇧ Enter'), say('show the whole of a long text')],
    ['Esc', say('leave what is open')],
    [say('Space'), say('skip: it comes back later')],
    ['u', say('unsure: it comes back last')],
    ['f', say('flag, or take the flag away')],
    [say('⌫ or Ctrl/Cmd+Z'), say('undo')],
    [say('Ctrl/Cmd+⇧+Z'), say('redo')],
    ['← →', say('look back, and forward again')],
    ['s', say('search: find records by words, label or state')],
    ['d', say('duplicates of this record, and others like it')],
    ['a', say('label all that was found')],
    ['o', say('open the record in its file')],
    ['w', say('why this record?')],
    ['g', say('guidelines: how to label, with examples')],
    ['?', say('these keys')],
  ];
}

export function keysOverlay(multiLabel: boolean, close: () => void): TemplateResult {
  return html`<h2 id="keys-title">${say('Keys')}</h2>
    <dl>
      ${keyMeanings(multiLabel).map(
        ([keys, meaning]) => html`<dt><kbd class="cap">${keys}</kbd></dt><dd>${meaning}</dd>`,
      )}
    </dl>
    <p class="quiet">
      ${say(
        'Labels with a key of their own show it. Keys other than those of labels, /, Enter and Esc can be changed: search for “Inkling” in Keyboard Shortcuts.',
      )}
    </p>
    <button type="button" class="link" @click=${close}>${say('Close')}</button>`;
}

export const stripStyles = css`
  .strip {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    align-items: baseline;
    padding: 8px 20px 6px;
    font-size: 0.92em;
  }
  .strip h1 {
    color: var(--vscode-foreground);
    overflow-wrap: anywhere;
  }
  .sitting {
    margin-inline-start: auto;
  }
  .bottom {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 24px;
    min-height: 1.45em;
    margin-top: auto;
    font-size: 0.92em;
  }
  .learning {
    margin-inline-start: auto;
  }
  .bar {
    height: 2px;
    background: color-mix(in srgb, var(--vscode-descriptionForeground) 25%, transparent);
  }
  .bar div {
    height: 100%;
    background: var(--vscode-progressBar-background);
  }
  progress {
    width: 8em;
    height: 4px;
    margin-inline-end: 6px;
    border: 0;
    vertical-align: middle;
    appearance: none;
    background: color-mix(in srgb, var(--vscode-descriptionForeground) 25%, transparent);
  }
  progress::-webkit-progress-bar {
    background: transparent;
  }
  progress::-webkit-progress-value {
    background: var(--vscode-progressBar-background);
  }
  .history {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    max-height: 1.9em;
    overflow: hidden;
    font-size: 0.92em;
  }
  .past {
    display: flex;
    gap: 5px;
    align-items: center;
    max-width: 17em;
    height: 1.9em;
    padding: 0 7px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 3px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
    white-space: nowrap;
  }
  .past:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .past:focus-visible {
    outline-offset: -1px;
  }
  .past.current {
    border-color: var(--vscode-focusBorder);
  }
  .past-name {
    flex: none;
    max-width: 10em;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .past-text {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  dialog {
    max-width: min(34em, calc(100% - 32px));
    padding: 16px 20px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent));
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
    box-shadow: 0 2px 12px var(--vscode-widget-shadow, transparent);
  }
  dialog h2 {
    font-weight: 600;
  }
  dialog dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 5px 14px;
    margin: 10px 0;
  }
  dialog .link {
    margin-top: 10px;
  }
`;
