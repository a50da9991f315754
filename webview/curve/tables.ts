/** The numbers behind the chart, and the answers per label as bars: both real tables. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { CurveSnapshot, LabelCount } from '../../src/protocol/curve.ts';
import { swatch } from '../ui/look.ts';
import { say } from '../ui/say.ts';
import { styled } from '../ui/styled.ts';
import { count, percent } from '../ui/words.ts';
import { guessedBy } from './words.ts';

export function pointsTable(snapshot: CurveSnapshot): TemplateResult {
  const { points, prequential, window } = snapshot;
  if (snapshot.multiLabel) return pointsTableOfSets(snapshot);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say('The numbers behind the curve')}>
    <table>
      <caption class="quiet">
        ${say(
          'Each model was learned from the first answers and measured on all audit answers of now. Intervals are 95 %. “Guessed” is the share of the latest {0} guesses that were right before the answer.',
          count(window),
        )}
      </caption>
      <thead>
        <tr>
          ${[
            say('Answers'),
            say('Accuracy'),
            say('95 % interval'),
            say('Macro-F1'),
            say('95 % interval'),
            say('Guessed'),
          ].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${points.map(({ labels, accuracy, macroF1 }) => {
          const guessed = guessedBy(prequential, labels);
          return html`<tr>
            <th scope="row">${count(labels)}</th>
            <td>${percent(accuracy.value, 1)}</td>
            <td>${percent(accuracy.low, 1)} – ${percent(accuracy.high, 1)}</td>
            <td>${percent(macroF1.value, 1)}</td>
            <td>${percent(macroF1.low, 1)} – ${percent(macroF1.high, 1)}</td>
            <td>${guessed === undefined ? '–' : percent(guessed, 1)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** The same where a record can have several labels. */
function pointsTableOfSets({ points }: CurveSnapshot): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say('The numbers behind the curve')}>
    <table>
      <caption class="quiet">
        ${say(
          'Each model was learned from the first answers and measured on all audit answers of now. Intervals are 95 %. Whole sets: records whose labels are all right, none missing. Hamming loss: wrong decisions, label by label.',
        )}
      </caption>
      <thead>
        <tr>
          <th scope="col">${say('Answers')}</th>
          ${[say('Micro-F1'), say('Macro-F1'), say('Whole sets'), say('Hamming loss')].map(
            (name) => html`<th scope="col">${name}</th><th scope="col">${say('95 % interval')}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${points.map(
          ({ labels, microF1, macroF1, accuracy, hammingLoss }) => html`<tr>
            <th scope="row">${count(labels)}</th>
            ${[microF1, macroF1, accuracy, hammingLoss].map((figure) =>
              figure
                ? html`<td>${percent(figure.value, 1)}</td>
                    <td>${percent(figure.low, 1)} – ${percent(figure.high, 1)}</td>`
                : nothing,
            )}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param none answers that say that none applies, where a record can have several labels */
export function labelBars(all: readonly LabelCount[], none: CurveSnapshot['none']): TemplateResult {
  const labels: readonly Pick<LabelCount, 'name' | 'color' | 'trained' | 'audited'>[] = none
    ? [...all, { name: say('none of them'), color: '#888888', ...none }]
    : all;
  const most = Math.max(1, ...labels.map(({ trained, audited }) => trained + audited));
  const share = (part: number) => `${(100 * part) / most}%`;
  return html`<table class="bars">
    <thead>
      <tr>
        <th scope="col">${say('Label')}</th>
        <td aria-hidden="true"></td>
        <th scope="col" class="number">${say('To learn')}</th>
        <th scope="col" class="number">${say('To measure')}</th>
      </tr>
    </thead>
    <tbody>
      ${labels.map(
        ({ name, color, trained, audited }, index) => html`<tr>
          <th scope="row">${swatch(color, index)} <bdi>${name}</bdi></th>
          <td class="bar" aria-hidden="true">
            ${trained > 0 ? html`<div class="learned" ${styled('width', share(trained))}></div>` : nothing}${
              audited > 0 ? html`<div class="audited" ${styled('width', share(audited))}></div>` : nothing
            }
          </td>
          <td class="number">${count(trained)}</td>
          <td class="number">${count(audited)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

export const tableStyles = css`
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  caption {
    max-width: 70ch;
    padding-bottom: 6px;
    text-align: start;
  }
  th,
  td {
    padding: 3px 14px 3px 0;
    font-weight: normal;
    text-align: start;
    vertical-align: middle;
  }
  thead th {
    color: var(--vscode-descriptionForeground);
  }
  .scroll {
    overflow: auto;
    max-height: 24em;
  }
  .scroll th,
  .scroll td {
    border-bottom: 1px solid
      var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-descriptionForeground) 20%, transparent));
    white-space: nowrap;
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  .bars {
    width: 100%;
    max-width: 60em;
  }
  .bars th[scope='row'] {
    min-width: 7em;
    max-width: 14em;
    overflow-wrap: anywhere;
  }
  .bars .bar {
    width: 60%;
    min-width: 3em;
    white-space: nowrap;
    font-size: 0;
  }
  .bars .bar div {
    display: inline-block;
    height: 12px;
    vertical-align: middle;
    forced-color-adjust: none;
  }
  .learned {
    background: var(--vscode-charts-blue, currentColor);
  }
  /* Hatched, so that the two parts differ without colour. */
  .audited {
    border: 1px solid var(--vscode-foreground);
    background: repeating-linear-gradient(
      -45deg,
      transparent 0 3px,
      color-mix(in srgb, var(--vscode-foreground) 60%, transparent) 3px 4px
    );
  }
  @media (forced-colors: active) {
    .learned {
      background: CanvasText;
    }
    .audited {
      border-color: CanvasText;
      background: none;
    }
  }
`;
