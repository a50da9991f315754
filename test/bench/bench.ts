/**
 * What Inkling costs, each figure as a ratio to scikit-learn doing the same in the same run, or as time and memory.
 *
 *     npm run bench [-- --json] [--only <part of a name>] [--smoke]
 *
 * With --json: one row a figure, `{"name","value","unit","goal","met"}`. `--smoke` runs every part on tiny pools, in
 * seconds, to see that it works; its figures mean nothing. Runs are kept under out/bench.
 */
import { parseArgs } from 'node:util';
import { sharedFile } from '../support/shared.ts';
import { BenchPool } from './pool.ts';
import { type Figure, Report } from './report.ts';
import { ingestFigures, millionIngestFigures } from './rows-ingest.ts';
import { learnFigures } from './rows-learn.ts';
import { missingSklearn, type Sklearn, startSklearn } from './sklearn.ts';

/** What a part needs to measure and report. */
export interface Bench {
  /** Runs of which the median is taken. */
  readonly rounds: number;
  /** Numbers of answers to fit. */
  readonly fits: readonly number[];
  /** The pools a part is measured on; those in question only. */
  pools(part: 'ingest' | 'learn'): { name: string; records: number | string }[];
  wants(name: string): boolean;
  add(figure: Omit<Figure, 'met'>): void;
  /** A ratio to scikit-learn; undefined where that is not here. */
  ratio(name: string, value: number | undefined, rest: { goal?: number; note?: string | undefined }): void;
  /** A new scikit-learn process; undefined where there is none. */
  sklearn(): Sklearn | undefined;
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, smoke: { type: 'boolean' }, only: { type: 'string', default: '' } },
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
        : [{ name: '120k', records: 120_000 }, ...real],
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
if (bench.wants('index/1m')) {
  const pool = new BenchPool(smoke ? 1000 : 1_000_000);
  try {
    await millionIngestFigures(bench, pool);
  } finally {
    pool.remove();
  }
}
if (values.json) for (const figure of report.figures) console.log(JSON.stringify(figure));
if (!smoke) {
  const file = report.save();
  if (!values.json) console.log(`\n${report.machine()}\nKept in ${file}`);
}
