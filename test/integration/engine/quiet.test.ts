/** What a window does while its workers index and learn: nothing it was not asked for, and nothing for long. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { indexPath } from '../../../src/engine/cache-folder.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import { textHash } from '../../../src/engine/text-hash.ts';
import { lineOf } from '../../../src/journal/line.ts';
import { openSqlite } from '../../../src/store/driver.ts';
import { hasStrace } from '../../crash/run.ts';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';
import { callsOut, traceCallsOut } from '../../support/strace.ts';
import { until } from '../../support/until.ts';
import { openWindow, type Window } from '../../support/window.ts';

async function fill(folder: TestFolder, records: number): Promise<void> {
  folder.write('data/a.jsonl', twoTopics(records));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text' }],
    labels: ['parcel', 'invoice'],
  });
}

async function answer(window: Window, count: number): Promise<void> {
  for (const end = window.count('ACK') + count; window.count('ACK') < end; ) {
    const before = window.count('ACK');
    window.child.stdin!.write('\n');
    await until('an answer is acknowledged', () => window.count('ACK') > before);
  }
}

test('the workers start no program and open no connection, and what the model thinks is never written down', {
  skip: hasStrace ? false : 'skipped: strace is not installed or may not trace',
}, async (t) => {
  const folder = testFolder(t);
  await fill(folder, 400);
  const log = join(folder.path, '..', 'strace');
  const window = openWindow(folder, [], {}, ['strace', ...traceCallsOut(log)]);
  // strace itself, once ended, would let the window live on.
  folder.own(() => void process.kill(Number.parseInt(readFileSync(log, 'utf8'), 10), 'SIGKILL'));
  await until('the records are there', () => window.last('SEEN') === '0 400');
  await answer(window, 16);
  await until('the model is taught', () => window.last('STATE')?.startsWith('ready') === true);
  folder.write('data/b.jsonl', twoTopics(30).replaceAll('number', 'later'));
  await until('a change is followed', () => window.last('SEEN') === '16 430');
  assert.deepEqual(callsOut(log), { started: [], connected: [] });

  const labels = join(folder.path, '.inkling', 'labels');
  const [name] = readdirSync(labels).filter((name) => name.endsWith('.jsonl'));
  const events = readFileSync(join(labels, name!), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    events.map((line) => (JSON.parse(line) as { op: string }).op),
    Array<string>(16).fill('label'),
    'an event for each answer, and no other',
  );
});

test('an index that another program holds locked keeps nobody from labeling, and is brought up to date afterwards', async (t) => {
  const folder = testFolder(t);
  await fill(folder, 100);
  const window = openWindow(folder);
  await until('the records are there', () => window.last('SEEN') === '0 100');
  const path = await indexPath(folder.path, folder.env.INKLING_CACHE);
  const other = openSqlite(path, { readOnly: false, busyTimeout: 5000 });
  folder.own(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  folder.write('data/b.jsonl', twoTopics(50).replaceAll('number', 'later'));
  await answer(window, 5);
  await until(
    'the window says that it waits',
    () => window.last('STATE')?.includes('Another program') === true,
  );
  await until('the answers are seen, and the index is as it was', () => window.last('SEEN') === '5 100');
  other.exec('ROLLBACK');
  await until('the new file is read', () => window.last('SEEN') === '5 150');
  await until('nothing is amiss any more', () => window.last('STATE')?.includes('Another program') === false);
});

test('while a folder with 15,000 answers is read and learned from, the thread of the window computes 200 ms at most', async (t) => {
  const folder = testFolder(t);
  const count = 15_000;
  await fill(folder, count);
  const rows = twoTopics(count).trimEnd().split('\n');
  const { labels } = JSON.parse(readFileSync(join(folder.path, '.inkling', 'project.json'), 'utf8')) as {
    labels: { id: string }[];
  };
  const lines = rows.map((row, n) =>
    lineOf({
      v: 1,
      id: `01a1f9c2-0000-7000-8000-${String(n).padStart(12, '0')}`,
      lam: n + 1,
      at: '2026-01-01T00:00:00Z',
      by: 'Ada',
      op: 'label',
      rec: {
        hash: textHash((JSON.parse(row) as { text: string }).text),
        src: 'data/a.jsonl',
        line: n + 1,
        n: 0,
      },
      labels: [labels[n % 2]!.id],
    }),
  );
  mkdirSync(join(folder.path, '.inkling', 'labels'));
  folder.write('.inkling/labels/Ada.earlier0-0.jsonl', lines.join(''));
  // More records than answers, so that there is something to choose from.
  folder.write('data/b.jsonl', twoTopics(count).replaceAll('number', 'later'));
  Object.assign(process.env, folder.env);
  const engine = await Engine.open(folder.path, { annotator: 'Ada', report: assert.fail });
  folder.own(() => engine.close());
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  session.onChange(() => {});

  // Processor time, not the clock: what other programs take does not count.
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const begun = used();
  let before = begun;
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, used() - before);
    before = used();
  }, 1);
  t.after(() => clearInterval(timer));
  const live = engine.goLive();
  await until('all answers are matched', () => engine.stats().labelled === count);
  await live;
  await until('the model is taught', () => engine.training.phase === 'ready');
  const all = used() - begun;
  t.diagnostic(`at most ${Math.round(longest)} of ${Math.round(all)} ms`);
  // A processor that needs longer for all of it needs longer for each part.
  assert.ok(longest < Math.max(200, all / 10), `${longest} of ${all} ms`);
});
