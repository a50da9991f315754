/** What stands under the curve: a heading, a sentence and, folded away, the evidence. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ConfusionCell, CurveSnapshot, Interval } from '../../src/protocol/curve.ts';
import { swatch } from '../ui/look.ts';
import { styled } from '../ui/styled.ts';
import { count, counted, percent } from '../ui/words.ts';
import {
  againstRandomWords,
  calibrationWords,
  forecastWords,
  points as pointsWords,
  spentWords,
  stopStates,
  stopWords,
} from './advice-words.ts';
import { reliabilityPlot } from './reliability-plot.ts';

export function nextSection({ forecast }: CurveSnapshot): TemplateResult {
  return section(
    'What comes next',
    forecastWords(forecast),
    forecast.known
      ? evidence(
          'The forecast in numbers',
          table({
            name: 'The forecast in numbers',
            caption:
              'A power law through the audited curve (Figueroa et al. 2012). A curve that bends anew proves it wrong.',
            columns: ['Answers', 'Likely accuracy', '95\u00a0% interval'],
            rows: forecast.points.map(({ labels, accuracy }) => [
              count(labels),
              percent(accuracy.value, 1),
              range(accuracy),
            ]),
          }),
        )
      : nothing,
  );
}

export function stopSection({ stopping }: CurveSnapshot): TemplateResult {
  return section(
    'Is it enough?',
    stopWords(stopping),
    evidence(
      'What each criterion says',
      table({
        name: 'Stopping criteria',
        caption:
          'They only advise. Goals are set in the project file: goal.accuracy, goal.answers, goal.minutes.',
        columns: ['Criterion', 'Enough?', 'Evidence', 'Source'],
        wrap: true,
        rows: stopping.map(({ title, state, evidence: why, citation }) => [
          title,
          stopStates[state],
          why,
          html`<span class="quiet">${citation}</span>`,
        ]),
      }),
    ),
  );
}

export function qualitySection({ labels, quality, audited }: CurveSnapshot): TemplateResult {
  return section(
    'Label by label',
    `How well the newest model tells each label, from ${counted(audited, 'audit answer')}, with 95\u00a0% intervals.`,
    table({
      name: 'Precision, recall and F1 by label',
      caption:
        'Precision: of the guesses of a label, how many are right. Recall: of its records, how many are found.',
      columns: ['Label', 'Audit answers', 'Precision', 'Recall', 'F1'],
      rows: quality.map(({ support, guessed, precision, recall, f1 }, k) => [
        labelName(labels, k),
        count(support),
        figure(precision, guessed > 0),
        figure(recall, support > 0),
        figure(f1, support + guessed > 0),
      ]),
    }),
  );
}

/** More labels make a matrix nobody can read. */
const MOST_IN_MATRIX = 12;
const MOST_LISTED = 20;

/** Opens the audit answers of a label that are guessed as another; both by their ids. */
type ShowRecords = (label: string, guessed: string) => void;

export function confusionSection({ labels, confusion }: CurveSnapshot, show: ShowRecords): TemplateResult {
  const wrong = confusion.filter(({ truth, guessed }) => truth !== guessed).sort((a, b) => b.count - a.count);
  const worst = wrong[0];
  const all = wrong.reduce((sum, cell) => sum + cell.count, 0);
  const sentence = worst
    ? html`${counted(all, 'audit answer')} guessed wrong; most often
        <bdi>“${labels[worst.truth]?.name}”</bdi> is taken for <bdi>“${labels[worst.guessed]?.name}”</bdi>
        (${count(worst.count)}).`
    : 'No audit answer is guessed wrong.';
  const content =
    labels.length <= MOST_IN_MATRIX
      ? matrix({ labels, confusion }, show)
      : evidence(
          `The ${count(Math.min(MOST_LISTED, wrong.length))} most frequent`,
          table({
            name: 'Most frequent confusions',
            caption: 'Audit answers of one label that the model guesses as another.',
            columns: ['Label', 'Guessed as', 'Audit answers'],
            rows: wrong
              .slice(0, MOST_LISTED)
              .map((cell) => [
                labelName(labels, cell.truth),
                labelName(labels, cell.guessed),
                recordsButton(labels, cell, show),
              ]),
          }),
        );
  return section('What is taken for what', sentence, content);
}

/** In place of a confusion matrix, which says of two labels that one is taken for the other. */
export function countsSection({ labels, quality, audited }: CurveSnapshot): TemplateResult {
  const wrong = quality.reduce((sum, { guessed, right }) => sum + guessed - right, 0);
  const missed = quality.reduce((sum, { support, right }) => sum + support - right, 0);
  return section(
    'What is given and what is missed',
    `On ${counted(audited, 'audit answer')} the newest model gives ${counted(wrong, 'label')} wrongly and misses ${count(missed)}.`,
    table({
      name: 'Labels given and missed',
      caption: 'Audit answers, label by label: a record counts with each of its labels.',
      columns: ['Label', 'Rightly given', 'Wrongly given', 'Missed', 'Rightly not given'],
      rows: quality.map(({ support, guessed, right }, k) => [
        labelName(labels, k),
        count(right),
        count(guessed - right),
        count(support - right),
        count(audited - support - guessed + right),
      ]),
    }),
  );
}

export function notOfferedSection(): TemplateResult {
  return section(
    'Not offered here',
    'Where a record can have several labels there is no forecast, no comparison with records drawn at random, no reliability picture, and no criterion that looks at how guesses settle.',
    nothing,
  );
}

export function calibrationSection({ calibration, audited }: CurveSnapshot): TemplateResult | typeof nothing {
  if (!calibration) return nothing;
  return section(
    'Do its probabilities hold?',
    calibrationWords(calibration, audited),
    html`<div class="beside">
      ${reliabilityPlot(calibration.bins)}
      <div class="grow">
        ${evidence(
          'The picture in numbers',
          table({
            name: 'Reliability in numbers',
            caption: `Guesses by their probability. Expected calibration error: ${pointsWords(calibration.error)} (Guo et al. 2017).`,
            columns: ['Said', 'Guesses', 'Mean', 'Right', '95\u00a0% interval'],
            rows: calibration.bins.map(({ from, to, count: guesses, confidence, accuracy }) => [
              `${percent(from)} – ${percent(to)}`,
              count(guesses),
              percent(confidence, 1),
              percent(accuracy.value, 1),
              range(accuracy),
            ]),
          }),
        )}
      </div>
    </div>`,
  );
}

export function choiceSection({ againstRandom }: CurveSnapshot): TemplateResult {
  return section('Chosen or drawn at random?', againstRandomWords(againstRandom), nothing);
}

export function agreementSection({ agreement }: CurveSnapshot): TemplateResult | typeof nothing {
  if (!agreement) return nothing;
  const { records, alpha, pairs, themselves } = agreement;
  return section(
    'Do the annotators agree?',
    alpha === undefined
      ? 'No record was answered by more than one annotator.'
      : `On ${counted(records, 'record')} that several answered, Krippendorff’s alpha is ${alpha.toFixed(2)}: 1 is full agreement, 0 is chance. What differs comes back in the queue to be settled.`,
    evidence(
      'Who agrees with whom',
      table({
        name: 'Agreement of annotators',
        caption: 'Cohen’s kappa of any two on the same records; of one, equal texts answered alike.',
        columns: ['Annotators', 'In common', 'Agreement'],
        rows: [
          ...pairs.map(({ a, b, records: both, kappa }) => [
            html`<bdi>${a}</bdi>, <bdi>${b}</bdi>`,
            counted(both, 'record'),
            kappa.toFixed(2),
          ]),
          ...themselves.map(({ by, texts, same }) => [
            html`<bdi>${by}</bdi>`,
            counted(texts, 'repeated text'),
            percent(same / texts),
          ]),
        ],
      }),
    ),
  );
}

export function costSection({ spent }: CurveSnapshot): TemplateResult {
  return section('Time and cost', spentWords(spent), nothing);
}

type Content = TemplateResult | string | typeof nothing;

function section(heading: string, sentence: TemplateResult | string, content: Content): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    <p class="sentence">${sentence}</p>
    ${content}
  </section>`;
}

function evidence(summary: string, content: TemplateResult): TemplateResult {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

interface Table {
  /** For those who hear it. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (TemplateResult | string)[])[];
  /** Whether cells hold sentences. */
  readonly wrap?: boolean;
}

/** Scrolls by itself where it is wide, and can be scrolled by keyboard. */
function table({ name, caption, columns, rows, wrap = false }: Table): TemplateResult {
  return html`<p class="quiet sentence">${caption}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${name}>
    <table class=${wrap ? 'wrap' : ''}>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...cells]) => html`<tr>
            <th scope="row">${first}</th>
            ${cells.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A count that opens its records. */
function recordsButton(
  labels: CurveSnapshot['labels'],
  { truth, guessed, count: value }: ConfusionCell,
  show: ShowRecords,
): TemplateResult {
  const [label, guess] = [labels[truth]!, labels[guessed]!];
  return html`<button
    class="link"
    type="button"
    title=${`Show the records labelled “${label.name}” that are guessed as “${guess.name}”`}
    aria-label=${`${count(value)} labelled ${label.name}, guessed as ${guess.name}: show them`}
    @click=${() => show(label.id, guess.id)}
  >
    ${count(value)}
  </button>`;
}

function matrix(
  { labels, confusion }: Pick<CurveSnapshot, 'labels' | 'confusion'>,
  show: ShowRecords,
): TemplateResult {
  const counts = new Map(confusion.map((cell) => [`${cell.truth} ${cell.guessed}`, cell.count]));
  const sums = labels.map((_, truth) =>
    confusion.reduce((sum, cell) => sum + (cell.truth === truth ? cell.count : 0), 0),
  );
  return html`<p class="quiet sentence">Audit answers: the label given down the side, the label guessed across the top. A number opens its records.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
    <table class="matrix">
      <thead>
        <tr>
          <td></td>
          ${labels.map(({ name }) => html`<th scope="col"><bdi>${name}</bdi></th>`)}
        </tr>
      </thead>
      <tbody>
        ${labels.map(
          (_, truth) => html`<tr>
            <th scope="row">${labelName(labels, truth)}</th>
            ${labels.map((_, guessed) => {
              const value = counts.get(`${truth} ${guessed}`) ?? 0;
              const share = sums[truth] ? value / sums[truth] : 0;
              return html`<td
                class="cell ${truth === guessed ? 'right' : ''} ${value === 0 ? 'quiet' : ''}"
                ${styled('--share', `${Math.round(45 * share)}%`)}
              >
                ${value === 0 ? count(0) : recordsButton(labels, { truth, guessed, count: value }, show)}
              </td>`;
            })}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function labelName(labels: CurveSnapshot['labels'], k: number): TemplateResult {
  const label = labels[k];
  return html`${swatch(label?.color, k)} <bdi>${label?.name}</bdi>`;
}

function figure(interval: Interval, isMeasured: boolean): TemplateResult {
  if (!isMeasured) return html`<span class="quiet">not measured</span>`;
  return html`<strong>${percent(interval.value)}</strong> <span class="quiet">${range(interval, 0)}</span>`;
}

function range({ low, high }: Interval, digits = 1): string {
  return `${percent(low, digits)} – ${percent(high, digits)}`;
}

export const sectionStyles = css`
  .sentence {
    max-width: 76ch;
  }
  .sentence + .quiet {
    margin-top: 4px;
  }
  strong {
    font-weight: 600;
  }
  details {
    margin-top: 6px;
  }
  details[open] {
    margin-bottom: 10px;
  }
  details > p {
    margin-top: 4px;
  }
  summary {
    width: fit-content;
    padding: 2px 4px 2px 0;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
  }
  details .scroll,
  section > .scroll {
    margin-top: 6px;
  }
  .scroll table.wrap th,
  .scroll table.wrap td {
    min-width: 7em;
    white-space: normal;
    vertical-align: top;
  }
  .scroll table.wrap td:nth-child(3) {
    min-width: 16em;
  }
  .scroll .matrix th,
  .scroll .matrix td {
    padding: 4px 10px;
  }
  .scroll .matrix th[scope='row'] {
    padding-inline-start: 0;
  }
  .scroll .matrix thead th {
    max-width: 9em;
    overflow: hidden;
    text-align: end;
    text-overflow: ellipsis;
  }
  .matrix .link {
    color: inherit;
    font: inherit;
    text-decoration: underline dotted;
  }
  .scroll .matrix .cell {
    background: color-mix(in srgb, var(--vscode-charts-orange, currentColor) var(--share), transparent);
    text-align: end;
  }
  .scroll .matrix .cell.right {
    background: color-mix(in srgb, var(--vscode-charts-blue, currentColor) var(--share), transparent);
    font-weight: 600;
  }
  .beside {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
    align-items: flex-start;
    margin-top: 6px;
  }
  .grow {
    flex: 1 1 18em;
    min-width: 0;
  }
`;
