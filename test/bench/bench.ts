/**
 * What Inkling costs, each figure as a ratio to scikit-learn doing the same in the same run, or as time and memory.
 *
 *     npm run bench [-- --json] [--only <part of a name>] [--growth] [--smoke]
 *
 * `--growth` measures pools of 1,000, 10,000 and 100,000 records in place of the million; `growth.ts` plots what was kept.
 * With --json: one row a figure, `{"name","value","unit","goal","met"}`. `--smoke` runs every part on tiny pools, in
 * seconds, to see that it works; its figures mean nothing. Runs are kept under out/bench.
 */
import { parseArgs } from 'node:util';
import { sharedFile } from '../support/shared.ts';
import { type Figure, Report } from './report.ts';
import { ingestFigures } from './rows-ingest.ts';
import { learnFigures } from './rows-learn.ts';
import { millionFigures } from './rows-million.ts';
import { missingSklearn, type Sklearn, startSklearn } from './sklearn.ts';

/** What a part needs to measure and report. */
export interface Bench {
  /** Runs of which the median is taken. */
  readonly rounds: number;
  /** Numbers of answers to fit. */
  readonly fits: readonly number[];
  /** The pools a part is measured on; those in question only. */
  pools(part: 'ingest' | 'learn' | 'growth'): { name: string; records: number | string }[];
  wants(name: string): boolean;
  add(figure: Omit<Figure, 'met'>): void;
  /** A ratio to scikit-learn; undefined where that is not here. */
  ratio(name: string, value: number | undefined, rest: { goal?: number; note?: string | undefined }): void;
  /** A new scikit-learn process; undefined where there is none. */
  sklearn(): Sklearn | undefined;
}

/** A million records; to see how cost grows, smaller pools instead. */
function sizes(growing: boolean): { name: string; records: number }[] {
  const smaller = [
    { name: '1k', records: 1000 },
    { name: '10k', records: 10_000 },
    { name: '100k', records: 100_000 },
  ];
  return growing ? smaller : [{ name: '1m', records: 1_000_000 }];
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    growth: { type: 'boolean' },
    smoke: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});
const smoke = values.smoke ?? false;
const absent = missingSklearn();
const report = new Report((line) => values.json || console.log(line));
const real = ['agnews10k', '20ng'].flatMap((name) => {
  const records = sharedFile('data', `${name}/train.jsonl`);
  return records === undefined ? [] : [{ name, records }];
});

const bench: Bench = {
  rounds: smoke ? 1 : 5,
  fits: smoke ? [40] : [500, 2000, 5000],
  pools: (part) =>
    smoke
      ? [{ name: 'smoke', records: 400 }]
      : part === 'ingest'
        ? [{ name: '50k', records: 50_000 }, ...real]
        : part === 'learn'
          ? [{ name: '120k', records: 120_000 }, ...real]
          : sizes(values.growth ?? false),
  wants: (name) => values.only.split(',').some((part) => name.includes(part) || part.startsWith(name)),
  add: (figure) => report.add(figure),
  ratio: (name, value, { goal, note }) =>
    report.add({
      name,
      value: value ?? null,
      unit: 'x',
      ...(goal === undefined ? {} : { goal }),
      note: value === undefined ? (absent ?? 'not measured') : (note ?? ''),
    }),
  sklearn: () => (absent === undefined ? startSklearn() : undefined),
};

if (bench.wants('index/')) await ingestFigures(bench);
if (bench.wants('fit/') || bench.wants('round/') || bench.wants('score/')) await learnFigures(bench);
const millionParts = ['index/1', 'loop/', 'reopen/', 'memory/', 'features/'];
if (millionParts.some(bench.wants)) await millionFigures(bench);
if (values.json) for (const figure of report.figures) console.log(JSON.stringify(figure));
if (!smoke) {
  const file = report.save();
  if (!values.json) console.log(`\n${report.machine()}\nKept in ${file}`);
}
