/**
 * What a choice of twenty takes by each strategy, after 200 answers on real texts: processor time of one whole lesson
 * (fit, score, choose) in the learner itself, so that it holds under load; and the part beyond margin's.
 *
 *   node test/bench/strategies.ts [records, default 10000] [strategy…]
 *
 * Pools beyond the ten thousand of agnews10k are made longer by texts of two halves of it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strategies } from '../../src/core/query/registry.ts';
import { Random } from '../../src/core/random.ts';
import { vectorsFor } from '../../src/engine/english-vectors.ts';
import { Learner } from '../../src/engine/learner/learner.ts';
import { learnPool } from '../../src/engine/learner/pool-learning.ts';
import type { Lesson } from '../../src/protocol/learner.ts';
import { indexTexts } from '../support/indexed.ts';
import { sharedFile } from '../support/shared.ts';

const ANSWERS = 200;
const SIZE = 20;
const LESSONS = 3;

const file = sharedFile('data', 'agnews10k/train.jsonl');
if (!file) console.error('skipped: the data set agnews10k is not here');
else await measure(file, Number(process.argv[2] ?? 10_000), process.argv.slice(3));

async function measure(path: string, count: number, wanted: readonly string[]): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'inkling-strategies-'));
  try {
    const records = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; label: string });
    const texts = poolOf(
      records.map(({ text }) => text),
      count,
    );
    const indexPath = join(root, 'index.db');
    const rows = indexTexts(
      indexPath,
      'a',
      texts.map((text) => ({ text })),
    );
    let learned = () => {};
    const learner = new Learner({
      indexPath,
      report: (error) => console.error(error),
      keep() {},
      poolLearned: () => learned(),
      readTexts: async (_, records) => records.map(({ line }) => texts[line - 1]),
      generalVectors: (language) => vectorsFor(language, console.error),
      learnPool: async (...parameters) => learnPool(...parameters),
    });
    const ready = new Promise<void>((done) => {
      learned = done;
    });
    await learner.refresh(0);
    // The learner's own waiting keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    await ready;
    clearInterval(alive);
    const classes = [...new Set(records.map(({ label }) => label))];
    const answered = Array.from({ length: ANSWERS }, (_, at) => at);
    const lesson: Lesson = {
      rows: Int32Array.from(answered, (at) => rows[at]!),
      classes: Int32Array.from(answered, (at) => classes.indexOf(records[at]!.label)),
      classCount: classes.length,
      excluded: new Int32Array(0),
      strategy: 'margin',
      classifier: 'logistic',
      size: SIZE,
      seed: 1,
      auditThreshold: 0,
    };
    const names = wanted.length > 0 ? wanted : strategies.map(({ name }) => name);
    const margin = await processorTime(learner, lesson, 'margin');
    for (const name of ['margin', ...names.filter((name) => name !== 'margin')]) {
      const ms = name === 'margin' ? margin : await processorTime(learner, lesson, name);
      console.log(
        JSON.stringify({
          strategy: name,
          records: count,
          lessonCpuMs: round(ms),
          beyondMarginMs: round(ms - margin),
        }),
      );
    }
    await learner.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The median of some lessons, after one that fills what is remembered. */
async function processorTime(learner: Learner, lesson: Lesson, strategy: string): Promise<number> {
  const times: number[] = [];
  for (let seed = 0; seed <= LESSONS; seed++) {
    const begun = process.cpuUsage();
    await learner.teach({ ...lesson, strategy, seed });
    const { user, system } = process.cpuUsage(begun);
    if (seed > 0) times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function poolOf(texts: readonly string[], count: number): string[] {
  const random = new Random(1);
  const pool = texts.slice(0, count);
  while (pool.length < count) {
    const [a, b] = [
      texts[random.below(texts.length)]!.split(' '),
      texts[random.below(texts.length)]!.split(' '),
    ];
    pool.push([...a.slice(0, a.length / 2), ...b.slice(b.length / 2)].join(' '));
  }
  return pool;
}

function round(ms: number): number {
  return Math.round(ms);
}
