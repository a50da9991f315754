/**
 * Labels for a long time as a fast hand does, three a second, on a hundred thousand records, and says whether memory and
 * open handles stay as they are.
 *
 *     node test/bench/soak.ts [minutes, default 60] [records]
 *
 * Prints a JSON row a minute, and at the end how the last tenth compares with the first minutes after all was learned.
 */
import { readdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { indexPath } from '../../src/engine/cache-folder.ts';
import { Engine } from '../../src/engine/engine.ts';
import { createProject } from '../../src/engine/project-file.ts';
import { keptPath, keptVersion } from '../../src/store/store.ts';
import { median } from './measure.ts';
import { BenchPool } from './pool.ts';

const PER_SECOND = 3;
const LABELS = 20;
const [minutes = 60, records = 100_000] = process.argv.slice(2).map(Number);

interface Sample {
  readonly minute: number;
  readonly answers: number;
  readonly rss: number;
  readonly heap: number;
  readonly handles: number;
}

const pool = new BenchPool(records);
try {
  await createProject(pool.folder, {
    sources: [{ include: ['*.jsonl'], text: 'text', id: 'id', label: 'label' }],
    labels: Array.from({ length: LABELS }, (_, at) => `c${at}`),
  });
  const engine = await Engine.open(pool.folder, {
    annotator: 'soak',
    cacheFolder: pool.cache,
    report: (error) => console.error(error),
  });
  await engine.goLive();
  const keptAt = keptPath(await indexPath(pool.folder, pool.cache), 'features');
  while (keptVersion(keptAt) === undefined) await sleep(500);
  const samples: Sample[] = [];
  const began = performance.now();
  let answers = 0;
  let waited = 0;
  const take = (): Sample => {
    const { rss, heapUsed } = process.memoryUsage();
    const handles = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;
    const minute = (performance.now() - began) / 60_000;
    return { minute, answers, rss: rss / 1e6, heap: heapUsed / 1e6, handles };
  };
  for (let due = 1; performance.now() - began < minutes * 60_000; due++) {
    await sleep(Math.max(0, began + (due * 1000) / PER_SECOND - performance.now()));
    const asked = engine.asking.chosen().find(({ row }) => engine.asking.isOpen(row));
    if (asked) {
      const label = engine.project.labels[pool.classes[asked.row - 1]! % LABELS]!;
      await engine.save({ row: asked.row, op: 'label', labels: [label.id] });
      answers++;
    } else waited++;
    if (due % (10 * PER_SECOND) === 0) samples.push(take());
    if (due % (60 * PER_SECOND) === 0) console.log(JSON.stringify(rounded(samples.at(-1)!)));
  }
  await engine.close();
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const [first, last] = [samples.slice(tenth, 2 * tenth), samples.slice(-tenth)];
  const of = (some: readonly Sample[], what: 'rss' | 'heap' | 'handles') =>
    median(some.map((sample) => sample[what]));
  console.log(
    JSON.stringify({
      bench: 'soak',
      minutes,
      records,
      answers,
      noCardYet: waited,
      rssFirst: Math.round(of(first, 'rss')),
      rssLast: Math.round(of(last, 'rss')),
      growth: `${((of(last, 'rss') / of(first, 'rss') - 1) * 100).toFixed(1)} %`,
      heapFirst: Math.round(of(first, 'heap')),
      heapLast: Math.round(of(last, 'heap')),
      handlesFirst: of(first, 'handles'),
      handlesLast: of(last, 'handles'),
      load: loadavg()[0]!.toFixed(1),
    }),
  );
} finally {
  pool.remove();
}

function rounded(sample: Sample): Sample {
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, Math.round(value * 10) / 10]),
  ) as unknown as Sample;
}
