/** Commands that are killed in the middle of long work: what is half done is known as half done. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { IndexReader } from '../../../src/store/store.ts';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';

const CLI = resolve(import.meta.dirname, '../../../src/cli/main.ts');
const PAUSE = resolve(import.meta.dirname, '../../support/pause.ts');

/** @param pauseAt the place in the code where it stops and waits for its end, as test/support/pause.ts reads it */
function start(folder: TestFolder, args: readonly string[], pauseAt: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', PAUSE, CLI, ...args], {
    env: { ...process.env, ...folder.env, INKLING_PAUSE_AT: pauseAt },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  folder.own(() => void child.kill('SIGKILL'));
  return child;
}

async function killWherePaused(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  let out = '';
  for await (const chunk of child.stdout!.setEncoding('utf8')) {
    out += chunk;
    if (out.includes('PAUSED')) break;
  }
  assert.match(out, /PAUSED/, 'it ended before it could be killed');
  child.kill('SIGKILL');
  await gone;
}

async function project(folder: TestFolder): Promise<void> {
  const source = ['--source', 'data/*.jsonl', '--text', 'text', '--labels', 'parcel,invoice'];
  assert.equal((await folder.inkling(['init', folder.path, ...source])).code, 0);
}

test('an "index" that is killed within a file leaves it marked as half read, and the next one reads it whole', async (t) => {
  const folder = testFolder(t);
  await project(folder);
  folder.write('data/messages.jsonl', twoTopics(80_000));
  const cache = folder.env.INKLING_CACHE!;
  const halfRead = () => {
    const [home] = existsSync(cache) ? readdirSync(cache) : [];
    if (home === undefined) return undefined;
    try {
      const reader = IndexReader.open(join(cache, home, 'index.db'));
      try {
        return reader.file('data/messages.jsonl');
      } finally {
        reader.close();
      }
    } catch {
      return undefined;
    }
  };
  const index = start(folder, ['index', folder.path], '/engine/indexer/run.ts this.#commits++;');
  await killWherePaused(index);
  const { state, records } = halfRead()!;
  assert.equal(state, 'reading');
  assert.ok(records > 0 && records < 80_000, `${records} were read`);
  const { out } = await folder.inkling(['index', folder.path, '--json']);
  assert.equal((JSON.parse(out) as { records: number }).records, 80_000);
  assert.equal(halfRead()?.state, 'read');
});

test('an "import" that is killed can be given again: the rest is saved, and nothing twice', async (t) => {
  const folder = testFolder(t);
  const count = 9000;
  folder.write('data/messages.jsonl', twoTopics(count));
  await project(folder);
  const rows = twoTopics(count)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.stringify({ text: (JSON.parse(line) as { text: string }).text, label: 'parcel' }));
  const file = folder.write('../labels.jsonl', rows.join('\n'));
  await folder.inkling(['index', folder.path]);
  const lines = () => {
    const labels = join(folder.path, '.inkling', 'labels');
    if (!existsSync(labels)) return 0;
    const names = readdirSync(labels).filter((name) => name.endsWith('.jsonl'));
    return names.flatMap((name) => readFileSync(join(labels, name), 'utf8').split('\n').slice(0, -1)).length;
  };
  const args = ['import', folder.path, file, '--annotator', 'imp'];
  const written = '/engine/import.ts if (acts.length > 0) await target.save(acts);';
  await killWherePaused(start(folder, args, written));
  const before = lines();
  assert.equal((await folder.inkling(args)).code, 0);
  const { out } = await folder.inkling(['verify', folder.path, '--json']);
  const { events, labelled, problems } = JSON.parse(out) as {
    events: number;
    labelled: number;
    problems: unknown[];
  };
  t.diagnostic(`${before} were saved before the kill`);
  assert.ok(before > 0 && before < count);
  assert.deepEqual([events, labelled, problems], [count, count, []]);
});
