/** Draws the curve: the audited measure with its 95 % band, and the guesses before the answer. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { CurvePoint, CurveSnapshot, Interval } from '../../src/protocol/curve.ts';
import { say } from '../ui/say.ts';
import { count, percent } from '../ui/words.ts';
import { linearScale, proportionFloor, type Scale, thinned } from './scale.ts';
import { figureOf, type Measure, measureNames, pointWords } from './words.ts';

export interface Chart {
  readonly snapshot: CurveSnapshot;
  readonly measure: Measure;
  /** In pixels. */
  readonly width: number;
  /** The point under the pointer or the focus, as an index into the snapshot's points. */
  readonly active: number | undefined;
  readonly activate: (index: number | undefined) => void;
}

const margin = { top: 12, right: 24, bottom: 42, left: 52 };

export function chartTemplate({ snapshot, measure, width, active, activate }: Chart): TemplateResult {
  const { points } = snapshot;
  const prequential = steady(snapshot);
  const height = Math.round(Math.min(380, Math.max(220, width * 0.5)));
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const guesses = thinned(prequential, Math.max(50, Math.floor(width / 2)));
  const ahead = forecastOf(snapshot, measure);
  const most = Math.max(
    points.at(-1)?.labels ?? 0,
    prequential.at(-1)?.labels ?? 0,
    ahead.at(-1)?.labels ?? 0,
    10,
  );
  const floor = proportionFloor([
    ...points.map((point) => figureOf(point, measure).low),
    ...guesses.map((point) => point.accuracy),
  ]);
  const x = linearScale([0, most], [margin.left, right], Math.max(2, Math.floor(width / 110)));
  const y = linearScale([floor, 1], [bottom, margin.top], height < 300 ? 4 : 6);
  const shown = points[active ?? -1];

  return html`<svg
    class="chart"
    width=${width}
    height=${height}
    viewBox="0 0 ${width} ${height}"
    role="group"
    aria-label=${say('Learning curve')}
    @pointermove=${(event: PointerEvent) => activate(nearest(points, x, event.offsetX))}
    @pointerleave=${() => activate(undefined)}
  >
    ${axes(x, y, { width, height, right, bottom }, measure)}
    ${points.length > 1 ? svg`<path class="band" d=${bandPath(points, (point) => figureOf(point, measure), x, y)} />` : nothing}
    ${
      ahead.length > 1
        ? svg`<path class="ahead-band" d=${bandPath(ahead, (point) => point.accuracy, x, y)} />
            <path class="ahead" d=${linePath(ahead, (point) => point.accuracy.value, x, y)} />`
        : nothing
    }
    ${guesses.length > 1 ? svg`<path class="guessed" d=${linePath(guesses, (point) => point.accuracy, x, y)} />` : nothing}
    ${points.length > 1 ? svg`<path class="measured" d=${linePath(points, (point) => figureOf(point, measure).value, x, y)} />` : nothing}
    ${shown ? svg`<line class="guide" x1=${x(shown.labels)} x2=${x(shown.labels)} y1=${margin.top} y2=${bottom} />` : nothing}
    ${points.map((point, index) => pointMark(point, index, { points, measure, x, y, active, activate }))}
  </svg>`;
}

/** Line and marker of each series, with its name: no series is told apart by colour alone. */
export function legend(snapshot: CurveSnapshot, measure: Measure): TemplateResult {
  const { points, prequential, window } = snapshot;
  return html`<ul class="legend">
    ${
      points.length > 0
        ? html`<li>
              <svg width="34" height="14" aria-hidden="true">
                <path class="measured" d="M0 7H34" />
                <circle class="dot" cx="17" cy="7" r="3.5" />
              </svg>
              ${measureNames[measure]}
            </li>
            <li>
              <svg width="34" height="14" aria-hidden="true"><path class="band" d="M0 1H34V13H0Z" /></svg>
              ${say('its 95 % interval')}
            </li>`
        : nothing
    }
    ${
      prequential.length > 0
        ? html`<li>
            <svg width="34" height="14" aria-hidden="true"><path class="guessed" d="M0 7H34" /></svg>
            ${say('guesses right before the answer, latest {0}', count(window))}
          </li>`
        : nothing
    }
    ${
      forecastOf(snapshot, measure).length > 1
        ? html`<li>
            <svg width="34" height="14" aria-hidden="true">
              <path class="ahead-band" d="M0 1H34V13H0Z" />
              <path class="ahead" d="M0 7H34" />
            </svg>
            ${say('where it is likely to go')}
          </li>`
        : nothing
    }
  </ul>`;
}

/** The forecast is of accuracy only. */
function forecastOf({ forecast }: CurveSnapshot, measure: Measure) {
  return forecast.known && measure === 'accuracy' ? forecast.points : [];
}

/** The first few guesses say nothing but 0 % or 100 %, and would stretch the axis. */
function steady({ prequential, window }: CurveSnapshot): CurveSnapshot['prequential'] {
  const enough = prequential.filter((point) => point.labels >= Math.min(20, window));
  return enough.length > 1 ? enough : prequential;
}

function axes(
  x: Scale,
  y: Scale,
  { width, height, right, bottom }: Readonly<Record<'width' | 'height' | 'right' | 'bottom', number>>,
  measure: Measure,
): TemplateResult {
  return svg`<g aria-hidden="true">
    ${y.ticks.map(
      (tick) => svg`<line class="grid" x1=${margin.left} x2=${right} y1=${y(tick)} y2=${y(tick)} />
        <text class="tick" text-anchor="end" dominant-baseline="middle" x=${margin.left - 8} y=${y(tick)}
          >${percent(tick)}</text>`,
    )}
    ${x.ticks.map(
      (tick) => svg`<line class="axis" x1=${x(tick)} x2=${x(tick)} y1=${bottom} y2=${bottom + 4} />
        <text class="tick" text-anchor="middle" x=${x(tick)} y=${bottom + 18}>${count(tick)}</text>`,
    )}
    <line class="axis" x1=${margin.left} x2=${right} y1=${bottom} y2=${bottom} />
    <text class="tick" text-anchor="middle" x=${(margin.left + width - margin.right) / 2} y=${height - 6}
      >${say('answers learned from')}</text>
    <title>${measureNames[measure]}</title>
  </g>`;
}

interface Marks extends Pick<Chart, 'measure' | 'active' | 'activate'> {
  readonly points: readonly CurvePoint[];
  readonly x: Scale;
  readonly y: Scale;
}

/** One tab stop for all points; the arrow keys go from one to the next. */
function pointMark(point: CurvePoint, index: number, marks: Marks): TemplateResult {
  const { points, measure, x, y, active, activate } = marks;
  const { value, low, high } = figureOf(point, measure);
  const at = x(point.labels);
  const stop = active ?? points.length - 1;
  return svg`<g
    class="point ${index === active ? 'active' : ''}"
    role="img"
    tabindex=${index === stop ? 0 : -1}
    aria-label=${pointWords(point, measure)}
    @focus=${() => activate(index)}
    @blur=${() => activate(undefined)}
    @keydown=${(event: KeyboardEvent) => moveFocus(event, index, points.length)}
  >
    ${points.length === 1 ? svg`<line class="whisker" x1=${at} x2=${at} y1=${y(low)} y2=${y(high)} />` : nothing}
    <circle class="dot" cx=${at} cy=${y(value)} r=${points.length > 60 ? 2 : 3.5} />
    <circle class="halo" cx=${at} cy=${y(value)} r="7" />
  </g>`;
}

function moveFocus(event: KeyboardEvent, index: number, length: number): void {
  const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: length - 1 }[event.key];
  if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const marks = (event.currentTarget as Element).parentElement?.querySelectorAll<SVGElement>('.point');
  marks?.[target]?.focus();
}

function nearest(points: readonly CurvePoint[], x: Scale, position: number): number | undefined {
  let best: number | undefined;
  let distance = Number.POSITIVE_INFINITY;
  points.forEach((point, index) => {
    const away = Math.abs(x(point.labels) - position);
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

function linePath<Point extends { readonly labels: number }>(
  points: readonly Point[],
  proportionOf: (point: Point) => number,
  x: Scale,
  y: Scale,
): string {
  return `M${points.map((point) => pair(x(point.labels), y(proportionOf(point)))).join('L')}`;
}

/** Along the upper bounds and back along the lower ones. */
function bandPath<Point extends { readonly labels: number }>(
  points: readonly Point[],
  intervalOf: (point: Point) => Interval,
  x: Scale,
  y: Scale,
): string {
  const upper = points.map((point) => pair(x(point.labels), y(intervalOf(point).high)));
  const lower = points.map((point) => pair(x(point.labels), y(intervalOf(point).low))).reverse();
  return `M${[...upper, ...lower].join('L')}Z`;
}

function pair(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

export const chartStyles = css`
  .chart {
    display: block;
    max-width: 100%;
  }
  .tick {
    fill: var(--vscode-descriptionForeground);
    font-family: var(--vscode-font-family);
    font-size: 12px;
  }
  .grid {
    stroke: color-mix(in srgb, var(--vscode-descriptionForeground) 22%, transparent);
  }
  .axis,
  .guide {
    stroke: var(--vscode-descriptionForeground);
  }
  .guide {
    stroke-dasharray: 2 3;
  }
  .measured,
  .guessed,
  .ahead {
    fill: none;
    stroke-width: 2;
    stroke-linejoin: round;
  }
  .measured,
  .ahead,
  .whisker {
    stroke: var(--vscode-charts-blue, currentColor);
  }
  .whisker {
    stroke-width: 2;
  }
  .dot {
    fill: var(--vscode-charts-blue, currentColor);
  }
  .guessed {
    stroke: var(--vscode-charts-orange, currentColor);
    stroke-dasharray: 7 4;
  }
  .ahead {
    stroke-dasharray: 2 4;
  }
  .ahead-band {
    fill: color-mix(in srgb, var(--vscode-charts-blue, currentColor) 7%, transparent);
    stroke: none;
  }
  /* The dotted edge shows the band where a pale fill can't be seen. */
  .band {
    fill: color-mix(in srgb, var(--vscode-charts-blue, currentColor) 18%, transparent);
    stroke: var(--vscode-charts-blue, currentColor);
    stroke-width: 1;
    stroke-dasharray: 1 3;
  }
  .halo {
    fill: transparent;
    stroke: none;
  }
  .point:focus {
    outline: none;
  }
  .point.active .halo {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 20px;
    margin: 4px 0 0;
  }
  .legend li {
    display: flex;
    gap: 7px;
    align-items: center;
  }
  .legend svg {
    flex: none;
  }
  @media (forced-colors: active) {
    .measured,
    .guessed,
    .ahead,
    .whisker,
    .axis,
    .guide,
    .band {
      stroke: CanvasText;
    }
    .band,
    .ahead-band {
      fill: none;
    }
    .dot,
    .tick {
      fill: CanvasText;
    }
    .point.active .halo {
      stroke: Highlight;
    }
  }
`;
