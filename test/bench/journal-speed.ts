/**
 * How long it takes to read and fold a large journal, and to save one label.
 *
 *     node test/bench/journal-speed.ts [events]
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Fold } from '../../src/core/records/fold.ts';
import { resolveAll } from '../../src/core/records/identity.ts';
import { uuidV7 } from '../../src/core/records/uuid.ts';
import { Journal } from '../../src/journal/journal.ts';
import { lineOf } from '../../src/journal/line.ts';

const eventCount = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
process.env.INKLING_HOME = join(folder, 'home');

function hashOf(name: string): string {
  return createHash('md5').update(name).digest('hex');
}

function writeJournal(): void {
  const labels = join(folder, '.inkling', 'labels');
  mkdirSync(labels, { recursive: true });
  const why = {
    purpose: 'train',
    strategy: 'margin',
    model: 3,
    guess: 'L1',
    p: 0.5,
    shown: true,
    ms: 1234,
  } as const;
  let lines = '';
  for (let number = 0; number < eventCount; number++) {
    const time = 1_700_000_000_000 + number;
    const rec = {
      hash: hashOf(String(number)),
      id: String(number),
      src: 'data/train.jsonl',
      line: number,
      n: 0,
    };
    const id = uuidV7(time, randomBytes(10));
    const at = new Date(time).toISOString();
    lines += lineOf({
      v: 1,
      id,
      lam: number,
      at,
      by: 'ann',
      op: 'label',
      rec,
      labels: [`L${number % 5}`],
      why,
    });
    if (lines.length < 10_000_000 && number < eventCount - 1) continue;
    writeFileSync(join(labels, 'ann.bench-0.jsonl'), lines, { flag: 'a' });
    lines = '';
  }
}

let began = performance.now();
function lap(name: string): void {
  const { rss } = process.memoryUsage();
  console.log(`${name}: ${Math.round(performance.now() - began)} ms, ${Math.round(rss / 1e6)} MB`);
  began = performance.now();
}

try {
  writeJournal();
  lap('write the journal');
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { journal, events } = await Journal.open(folder, { annotator: 'ann' });
  delay.disable();
  lap(`read ${events.length} events (the thread was held at most ${Math.round(delay.max / 1e6)} ms)`);
  const fold = new Fold();
  fold.add(events);
  events.length = 0;
  lap('fold them');
  const row = { src: 'data/train.jsonl', line: 1, n: 0, offset: 0, length: 1, auditRank: 0 };
  const resolution = resolveAll(fold, {
    byHash: (hash) => [{ ...row, hash, row: Number.parseInt(hash.slice(0, 12), 16) }],
    bySourceId: () => [],
  });
  lap(`find the records of ${resolution.states.size}`);

  const times: number[] = [];
  for (let number = 0; number < 1000; number++) {
    const start = performance.now();
    const rec = { hash: hashOf(`new ${number}`), src: 'data/train.jsonl', line: 1, n: 0 };
    const event = journal.stamp({ op: 'label', rec, labels: ['L1'] });
    await journal.append([event]);
    resolution.refresh(fold.add([event]).groups);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(
    `save a label: p50 ${times[500]!.toFixed(2)} ms, p99 ${times[990]!.toFixed(2)} ms, worst ${times[999]!.toFixed(2)} ms`,
  );
  await journal.close();
} finally {
  rmSync(folder, { recursive: true });
}
