/** A learning-curve chart as SVG: lines with bands, names at their ends, colours by style sheet. */

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly labels: number;
  /** In [0, 1]. */
  readonly value: number;
  readonly band?: readonly [low: number, high: number];
}

export interface ChartOptions {
  /** Read out in place of the picture. */
  readonly description: string;
  /** What the upright axis measures. */
  readonly measure: string;
}

/** As many as the style sheet has colours; further ones begin anew with another dash. */
export const COLOURS = 8;

const WIDTH = 880;
const HEIGHT = 400;
const MARGIN = { top: 34, bottom: 46, left: 56 };
/** About the width of a letter, in the units of the picture. */
const LETTER = 6.6;
const LINE = 17;
/** So many letters of a name fit beside the chart. */
const NAME_LENGTH = 34;
const DASHES = ['', '7 4', '2 4'];

export function curveChart(series: readonly Series[], { description, measure }: ChartOptions): string {
  const height = Math.max(HEIGHT, MARGIN.top + MARGIN.bottom + LINE * series.length);
  const right =
    WIDTH - 40 - LETTER * Math.max(...series.map(({ name }) => Math.min(name.length, NAME_LENGTH)));
  const points = series.flatMap((one) => one.points);
  const counts = points.map(({ labels }) => labels);
  const values = points.flatMap(({ value, band }) => [value, ...(band ?? [])]);
  const x = scale([Math.min(...counts), Math.max(...counts)], [MARGIN.left, right]);
  const y = scale(
    [
      Math.max(0, Math.floor(Math.min(...values) * 20) / 20),
      Math.min(1, Math.ceil(Math.max(...values) * 20) / 20),
    ],
    [height - MARGIN.bottom, MARGIN.top],
  );
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(description)}">`,
    ...axes(x, y, { right, height, measure }),
    ...series.map(({ points }, at) => band(points, x, y, at)),
    ...series.map(({ name, points }, at) => line(name, points, x, y, at)),
    ...names(series, y, { right, height }),
    '</svg>',
  ].join('\n');
}

/** Text as HTML and SVG take it, also within quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `84.6 %`. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}\u00a0%`;
}

/** The class that gives a series its colour. */
export function colourOf(at: number): string {
  return `c${at % COLOURS}`;
}

/** A short piece of its line, for tables. */
export function lineSample(at: number): string {
  return `<svg class="sample ${colourOf(at)}" viewBox="0 0 24 8" aria-hidden="true"><path class="line" d="M0 4H24"${dash(at)}/></svg>`;
}

interface Scale {
  (value: number): number;
  readonly from: number;
  readonly to: number;
}

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const place = (value: number) => start + ((value - from) / (to - from || 1)) * (end - start);
  return Object.assign(place, { from, to });
}

function axes(
  x: Scale,
  y: Scale,
  { right, height, measure }: { right: number; height: number; measure: string },
): string[] {
  const bottom = height - MARGIN.bottom;
  return [
    `<text class="measure" x="${MARGIN.left}" y="${MARGIN.top - 14}">${escaped(measure)}</text>`,
    ...ticks(y.from, y.to, 6).map(
      (value) =>
        `<path class="grid" d="M${MARGIN.left} ${round(y(value))}H${round(right)}"/><text class="tick" x="${MARGIN.left - 8}" y="${round(y(value) + 4)}" text-anchor="end">${percent(value, 0)}</text>`,
    ),
    ...ticks(x.from, x.to, 7).map(
      (labels) =>
        `<text class="tick" x="${round(x(labels))}" y="${bottom + 20}" text-anchor="middle">${labels.toLocaleString('en-US')}</text>`,
    ),
    `<path class="axis" d="M${MARGIN.left} ${bottom}H${round(right)}"/>`,
    `<text class="tick" x="${round((MARGIN.left + right) / 2)}" y="${bottom + 40}" text-anchor="middle">labels</text>`,
  ];
}

function band(points: readonly ChartPoint[], x: Scale, y: Scale, at: number): string {
  const banded = points.filter((point) => point.band);
  if (banded.length < 2) return '';
  const upper = banded.map(({ labels, band }) => `${round(x(labels))} ${round(y(band![1]))}`);
  const lower = banded.map(({ labels, band }) => `${round(x(labels))} ${round(y(band![0]))}`).reverse();
  return `<path class="band ${colourOf(at)}" d="M${[...upper, ...lower].join('L')}Z"/>`;
}

function line(name: string, points: readonly ChartPoint[], x: Scale, y: Scale, at: number): string {
  const places = points.map(({ labels, value }) => `${round(x(labels))} ${round(y(value))}`);
  const spots = points.map(({ labels, value, band }) => {
    const range = band ? ` (${percent(band[0])} to ${percent(band[1])})` : '';
    const title = `${name}: ${percent(value)}${range} at ${labels.toLocaleString('en-US')} labels`;
    return `<circle cx="${round(x(labels))}" cy="${round(y(value))}" r="7"><title>${escaped(title)}</title></circle>`;
  });
  return `<g class="${colourOf(at)}"><path class="line" d="M${places.join('L')}"${dash(at)}/>${spots.join('')}</g>`;
}

/** Each beside the end of its line, pushed apart where lines end close together. */
function names(
  series: readonly Series[],
  y: Scale,
  { right, height }: { right: number; height: number },
): string[] {
  const placed = series
    .map(({ name, points }, at) => ({ name, at, place: y(points.at(-1)!.value) }))
    .sort((a, b) => a.place - b.place);
  placed.forEach((one, at) => {
    const above = placed[at - 1];
    if (above) one.place = Math.max(one.place, above.place + LINE);
  });
  // Whatever was pushed out below moves up again.
  let lowest = height - MARGIN.bottom;
  for (const one of placed.toReversed()) {
    one.place = Math.min(one.place, lowest);
    lowest = one.place - LINE;
  }
  const left = Math.round(right) + 10;
  return placed.map(({ name, at, place }) => {
    const shown = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
    return `<g class="${colourOf(at)}"><path class="line" d="M${left} ${round(place)}h14"${dash(at)}/></g><text class="name" x="${left + 20}" y="${round(place + 4)}">${escaped(shown)}</text>`;
  });
}

function dash(at: number): string {
  const pattern = DASHES[Math.floor(at / COLOURS) % DASHES.length];
  return pattern ? ` stroke-dasharray="${pattern}"` : '';
}

/** Multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.75)!;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function round(place: number): string {
  return place.toFixed(1);
}
