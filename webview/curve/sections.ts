/** What stands under the curve: a heading, a sentence and, folded away, the evidence. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ConfusionCell, CurveSnapshot, Interval } from '../../src/protocol/curve.ts';
import { swatch } from '../ui/look.ts';
import { say, sayOf, sayWith } from '../ui/say.ts';
import { styled } from '../ui/styled.ts';
import { count, decimal, percent } from '../ui/words.ts';
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
    say('What comes next'),
    forecastWords(forecast),
    forecast.known
      ? evidence(
          say('The forecast in numbers'),
          table({
            name: say('The forecast in numbers'),
            caption: say(
              'A power law through the audited curve (Figueroa et al. 2012). A curve that bends anew proves it wrong.',
            ),
            columns: [say('Answers'), say('Likely accuracy'), say('95 % interval')],
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
    say('Is it enough?'),
    stopWords(stopping),
    evidence(
      say('What each criterion says'),
      table({
        name: say('Stopping criteria'),
        caption: say(
          'They only advise. Goals are set in the project file: goal.accuracy, goal.answers, goal.minutes.',
        ),
        columns: [say('Criterion'), say('Enough?'), say('Evidence'), say('Source')],
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
    say('Label by label'),
    sayOf(
      audited,
      'How well the newest model tells each label, from 1 audit answer, with 95\u00a0% intervals.',
      'How well the newest model tells each label, from {0} audit answers, with 95\u00a0% intervals.',
    ),
    table({
      name: say('Precision, recall and F1 by label'),
      caption: say(
        'Precision: of the guesses of a label, how many are right. Recall: of its records, how many are found.',
      ),
      columns: [say('Label'), say('Audit answers'), say('Precision'), say('Recall'), say('F1')],
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
    ? html`${confusionWords(all, worst, labels)}`
    : say('No audit answer is guessed wrong.');
  const content =
    labels.length <= MOST_IN_MATRIX
      ? matrix({ labels, confusion }, show)
      : evidence(
          say('The {0} most frequent', count(Math.min(MOST_LISTED, wrong.length))),
          table({
            name: say('Most frequent confusions'),
            caption: say('Audit answers of one label that the model guesses as another.'),
            columns: [say('Label'), say('Guessed as'), say('Audit answers')],
            rows: wrong
              .slice(0, MOST_LISTED)
              .map((cell) => [
                labelName(labels, cell.truth),
                labelName(labels, cell.guessed),
                recordsButton(labels, cell, show),
              ]),
          }),
        );
  return section(say('What is taken for what'), sentence, content);
}

function confusionWords(
  all: number,
  worst: ConfusionCell,
  labels: CurveSnapshot['labels'],
): readonly unknown[] {
  const [truth, guessed] = [worst.truth, worst.guessed].map((at) => html`<bdi>${labels[at]?.name}</bdi>`);
  return all === 1
    ? sayWith('1 audit answer guessed wrong: “{0}” is taken for “{1}”.', truth, guessed)
    : sayWith(
        '{0} audit answers guessed wrong; most often “{1}” is taken for “{2}” ({3}).',
        count(all),
        truth,
        guessed,
        count(worst.count),
      );
}

/** In place of a confusion matrix, which says of two labels that one is taken for the other. */
export function countsSection({ labels, quality, audited }: CurveSnapshot): TemplateResult {
  const wrong = quality.reduce((sum, { guessed, right }) => sum + guessed - right, 0);
  const missed = quality.reduce((sum, { support, right }) => sum + support - right, 0);
  return section(
    say('What is given and what is missed'),
    sayOf(
      wrong,
      'On {1} the newest model gives 1 label wrongly and misses {2}.',
      'On {1} the newest model gives {0} labels wrongly and misses {2}.',
      sayOf(audited, '1 audit answer', '{0} audit answers'),
      count(missed),
    ),
    table({
      name: say('Labels given and missed'),
      caption: say('Audit answers, label by label: a record counts with each of its labels.'),
      columns: [
        say('Label'),
        say('Rightly given'),
        say('Wrongly given'),
        say('Missed'),
        say('Rightly not given'),
      ],
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
    say('Not offered here'),
    say(
      'Where a record can have several labels there is no forecast, no comparison with records drawn at random, no reliability picture, and no criterion that looks at how guesses settle.',
    ),
    nothing,
  );
}

export function calibrationSection({ calibration, audited }: CurveSnapshot): TemplateResult | typeof nothing {
  if (!calibration) return nothing;
  return section(
    say('Do its probabilities hold?'),
    calibrationWords(calibration, audited),
    html`<div class="beside">
      ${reliabilityPlot(calibration.bins)}
      <div class="grow">
        ${evidence(
          say('The picture in numbers'),
          table({
            name: say('Reliability in numbers'),
            caption: say(
              'Guesses by their probability. Expected calibration error: {0} (Guo et al. 2017).',
              pointsWords(calibration.error),
            ),
            columns: [say('Said'), say('Guesses'), say('Mean'), say('Right'), say('95 % interval')],
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
  return section(say('Chosen or drawn at random?'), againstRandomWords(againstRandom), nothing);
}

export function agreementSection({ agreement }: CurveSnapshot): TemplateResult | typeof nothing {
  if (!agreement) return nothing;
  const { records, alpha, pairs, themselves } = agreement;
  return section(
    say('Do the annotators agree?'),
    alpha === undefined
      ? say('No record was answered by more than one annotator.')
      : sayOf(
          records,
          'On 1 record that several answered, Krippendorff’s alpha is {1}: 1 is full agreement, 0 is chance. What differs comes back in the queue to be settled.',
          'On {0} records that several answered, Krippendorff’s alpha is {1}: 1 is full agreement, 0 is chance. What differs comes back in the queue to be settled.',
          decimal(alpha, 2),
        ),
    evidence(
      say('Who agrees with whom'),
      table({
        name: say('Agreement of annotators'),
        caption: say('Cohen’s kappa of any two on the same records; of one, equal texts answered alike.'),
        columns: [say('Annotators'), say('In common'), say('Agreement')],
        rows: [
          ...pairs.map(({ a, b, records: both, kappa }) => [
            html`<bdi>${a}</bdi>, <bdi>${b}</bdi>`,
            sayOf(both, '1 record', '{0} records'),
            decimal(kappa, 2),
          ]),
          ...themselves.map(({ by, texts, same }) => [
            html`<bdi>${by}</bdi>`,
            sayOf(texts, '1 repeated text', '{0} repeated texts'),
            percent(same / texts),
          ]),
        ],
      }),
    ),
  );
}

export function costSection({ spent }: CurveSnapshot): TemplateResult {
  return section(say('Time and cost'), spentWords(spent), nothing);
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
    title=${say('Show the records labelled “{0}” that are guessed as “{1}”', label.name, guess.name)}
    aria-label=${say('{0} labelled {1}, guessed as {2}: show them', count(value), label.name, guess.name)}
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
  return html`<p class="quiet sentence">${say('Audit answers: the label given down the side, the label guessed across the top. A number opens its records.')}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${say('Confusion matrix')}>
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
  if (!isMeasured) return html`<span class="quiet">${say('not measured')}</span>`;
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
