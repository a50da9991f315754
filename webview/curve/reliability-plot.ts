/** Draws how often guesses were right against how probable they were said to be: on the diagonal they agree. */
import { css, svg, type TemplateResult } from 'lit';
import type { ReliabilityBin } from '../../src/protocol/curve.ts';
import { say } from '../ui/say.ts';
import { percent } from '../ui/words.ts';
import { linearScale } from './scale.ts';

const size = 240;
const margin = { top: 8, right: 10, bottom: 38, left: 46 };

export function reliabilityPlot(bins: readonly ReliabilityBin[]): TemplateResult {
  const [right, bottom] = [size - margin.right, size - margin.bottom];
  const x = linearScale([0, 1], [margin.left, right], 4);
  const y = linearScale([0, 1], [bottom, margin.top], 4);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return svg`<svg class="reliability" width=${size} height=${size} viewBox="0 0 ${size} ${size}" aria-hidden="true">
    ${y.ticks.map(
      (tick) => svg`<line class="grid" x1=${margin.left} x2=${right} y1=${y(tick)} y2=${y(tick)} />
        <text class="tick" text-anchor="end" dominant-baseline="middle" x=${margin.left - 6} y=${y(tick)}>${percent(tick)}</text>`,
    )}
    ${x.ticks
      .filter((tick) => tick === 0 || tick === 0.5 || tick === 1)
      .map(
        (tick) =>
          svg`<text class="tick" text-anchor=${tick === 1 ? 'end' : 'middle'} x=${tick === 1 ? right + 6 : x(tick)} y=${bottom + 16}>${percent(tick)}</text>`,
      )}
    <text class="tick" text-anchor="middle" x=${(margin.left + right) / 2} y=${size - 6}>${say('said to be right')}</text>
    <line class="ideal" x1=${x(0)} y1=${y(0)} x2=${x(1)} y2=${y(1)} />
    ${bins.map(
      ({ confidence, accuracy, count }) => svg`
        <line class="whisker" x1=${x(confidence)} x2=${x(confidence)} y1=${y(accuracy.low)} y2=${y(accuracy.high)} />
        <circle class="dot" cx=${x(confidence)} cy=${y(accuracy.value)} r=${3 + 4 * Math.sqrt(count / most)} />`,
    )}
  </svg>`;
}

export const reliabilityStyles = css`
  .reliability {
    display: block;
    flex: none;
  }
  .reliability .whisker {
    stroke-width: 1;
  }
  .ideal {
    stroke: var(--vscode-descriptionForeground);
    stroke-dasharray: 4 4;
  }
  @media (forced-colors: active) {
    .ideal {
      stroke: CanvasText;
    }
  }
`;
