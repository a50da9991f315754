/** What a window does besides what it was asked for, while its workers index and learn: nothing. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { indexPath } from '../../../src/engine/cache-folder.ts';
import { createProject } from '../../../src/engine/project-file.ts';
import { openSqlite } from '../../../src/store/driver.ts';
import { hasStrace } from '../../crash/run.ts';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';
import { callsOut, traceCallsOut } from '../../support/strace.ts';
import { openWindow, until, type Window } from '../../support/window.ts';

async function fill(folder: TestFolder, records: number): Promise<void> {
  folder.write('data/a.jsonl', twoTopics(records));
  await createProject(folder.path, {
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
  await until('the records are there', () => window.last('SEEN') === '0 400', 60_000);
  await answer(window, 16);
  await until('the model is taught', () => window.last('STATE')?.startsWith('ready') === true, 60_000);
  folder.write('data/b.jsonl', twoTopics(30).replaceAll('number', 'later'));
  await until('a change is followed', () => window.last('SEEN') === '16 430', 60_000);
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
  const held = performance.now();
  await answer(window, 5);
  while (performance.now() - held < 2000) await new Promise((done) => setTimeout(done, 50));
  assert.equal(window.last('SEEN'), '5 100', 'the index is as it was');
  other.exec('ROLLBACK');
  await until('the new file is read', () => window.last('SEEN') === '5 150');
});
