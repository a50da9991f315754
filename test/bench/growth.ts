/**
 * Plots how cost grows with the pool, from the newest figures under out/bench: `node test/bench/growth.ts` writes
 * docs/cost.svg. Both axes are logarithmic, so a straight line at 45° is a cost in proportion to the records.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const SIZES = { '1k': 1e3, '10k': 1e4, '100k': 1e5, '1m': 1e6 };
/** What is drawn, in milliseconds. */
const LINES = [
  { name: 'reading (CPU)', figure: (size: string) => `index/${size}/cpu`, scale: 1000, colour: '#1f77b4' },
  {
    name: 'learning its features (CPU)',
    figure: (size: string) => `features/${size}`,
    scale: 1000,
    colour: '#ff7f0e',
  },
  {
    name: 'key to next choice',
    figure: (size: string) => `loop/${size}/default`,
    scale: 1,
    colour: '#d62728',
  },
  {
    name: 'opening again: first card',
    figure: (size: string) => `reopen/${size}/first-card`,
    scale: 1,
    colour: '#2ca02c',
  },
  {
    name: 'opening again: full ranking',
    figure: (size: string) => `reopen/${size}/ranking`,
    scale: 1,
    colour: '#9467bd',
  },
];
const [WIDTH, HEIGHT, MARGIN] = [640, 400, 60];
const [LOWEST, HIGHEST] = [10, 100_000];

const newest = new Map<string, number>();
const kept = join(ROOT, 'out/bench');
for (const file of readdirSync(kept).sort()) {
  // The bundle that the large pools are measured with lies there, too.
  if (!file.endsWith('.json')) continue;
  const { figures } = JSON.parse(readFileSync(join(kept, file), 'utf8')) as { figures: Figure[] };
  for (const { name, value } of figures) if (value !== null) newest.set(name, value);
}

const x = (records: number) => MARGIN + (Math.log10(records / 1e3) / 3) * (WIDTH - 2 * MARGIN - 120);
const y = (ms: number) =>
  HEIGHT - MARGIN - (Math.log(ms / LOWEST) / Math.log(HIGHEST / LOWEST)) * (HEIGHT - 2 * MARGIN);
const text = (at: [number, number], words: string, more = '') =>
  `<text x="${at[0].toFixed(0)}" y="${at[1].toFixed(0)}"${more}>${words}</text>`;

const parts = Object.entries(SIZES).map(([name, records]) =>
  text([x(records), HEIGHT - MARGIN + 20], name, ' text-anchor="middle"'),
);
for (let ms = LOWEST; ms <= HIGHEST; ms *= 10) {
  parts.push(`<path d="M${x(1e3)} ${y(ms)}H${x(1e6)}" stroke="#ccc"/>`);
  parts.push(text([MARGIN - 8, y(ms) + 4], ms < 1000 ? `${ms} ms` : `${ms / 1000} s`, ' text-anchor="end"'));
}
/** Beside where each line ends, but never on one another. */
const names: { at: number; name: string; colour: string }[] = [];
for (const { name, figure, scale, colour } of LINES) {
  const points = Object.entries(SIZES).flatMap(([size, records]) => {
    const value = newest.get(figure(size));
    return value === undefined ? [] : [{ x: x(records), y: y(value * scale) }];
  });
  const path = points.map((point) => `${point.x.toFixed(0)} ${point.y.toFixed(0)}`).join('L');
  parts.push(`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
  const last = points.at(-1);
  if (last) names.push({ at: last.y + 4, name, colour });
}
let lowest = 0;
for (const { at, name, colour } of names.sort((a, b) => a.at - b.at)) {
  lowest = Math.max(at, lowest + 14);
  parts.push(text([x(1e6) + 8, lowest], name, ` fill="${colour}"`));
}
writeFileSync(
  join(ROOT, 'docs/cost.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<title>Cost against the number of records, both axes logarithmic</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`,
);
