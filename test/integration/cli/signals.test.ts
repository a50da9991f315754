/** The command line told to end: by signals, by an input that ends, by a reader that goes away. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';
import { until } from '../../support/until.ts';

const CLI = resolve(import.meta.dirname, '../../../src/cli/main.ts');

async function project(t: TestContext, count = 60): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(count));
  const source = ['--source', 'data/*.jsonl', '--text', 'text', '--labels', 'parcel,invoice'];
  assert.equal((await folder.inkling(['init', folder.path, ...source])).code, 0);
  return folder;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
  /** Resolves with the output so far once it holds this. */
  said(text: string): Promise<string>;
}

function start(folder: TestFolder, args: readonly string[]): Running {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...folder.env } });
  folder.own(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (err += chunk));
  child.stdin.on('error', () => {});
  return {
    child,
    ended: new Promise((done) => child.on('close', (code, signal) => done({ code, signal, out, err }))),
    said: async (text) => {
      await until(`it says ${text}`, () => {
        assert.equal(child.exitCode, null, `it never said ${text}: ${out} ${err}`);
        return out.includes(text);
      });
      return out;
    },
  };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function keys(folder: TestFolder, count: number): Promise<string[]> {
  const { lines } = await folder.inkling(['next', folder.path, '-n', String(count), '--json']);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

async function labelled(folder: TestFolder): Promise<number> {
  const { code, out } = await folder.inkling(['verify', folder.path, '--json']);
  assert.equal(code, 0, out);
  return (JSON.parse(out) as { labelled: number }).labelled;
}

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
  test(`${signal} ends "label" while it waits for input, and what it acknowledged stays`, async (t) => {
    const folder = await project(t);
    const [first, second] = await keys(folder, 2);
    const label = start(folder, ['label', folder.path, '--stdin']);
    label.child.stdin!.write(`${JSON.stringify({ key: first, label: 'parcel' })}\n`);
    await label.said('ACK ');
    label.child.stdin!.write(`${JSON.stringify({ key: second, label: 'parcel' })}\n`);
    label.child.kill(signal);
    const { code, out, err } = await label.ended;
    assert.equal(code, 130, err);
    assert.match(err, /^Stopped\. What was saved stays saved\.$/m);
    const acks = out.match(/^ACK /gm)!.length;
    // The second may be on disk without having been acknowledged: never the other way round.
    assert.ok([acks, 2].includes(await labelled(folder)));
  });
}

test('"next" that is told to end while it learns ends at once, and works the next time', async (t) => {
  const folder = await project(t, 4000);
  const answers = (await keys(folder, 600)).map((key, i) =>
    JSON.stringify({ key, label: i % 2 === 0 ? 'parcel' : 'invoice' }),
  );
  assert.equal((await folder.inkling(['label', folder.path, '--stdin'], answers.join('\n'))).code, 0);
  for (const wait of [300, 600, 900]) {
    const next = start(folder, ['next', folder.path]);
    await pause(wait);
    next.child.kill('SIGTERM');
    const { code, signal, err } = await next.ended;
    // Before it listens, the signal ends it as it ends any process; after it is done there is nothing to end.
    assert.ok(code === 130 || code === 0 || signal === 'SIGTERM', `${code} ${signal} ${err}`);
    assert.doesNotMatch(err, /bug/);
  }
  assert.equal((await keys(folder, 5)).length, 5);
  assert.equal(await labelled(folder), 600);
});

test('"index" that is told to end keeps what it has read and goes on the next time', async (t) => {
  const folder = await project(t, 30_000);
  const index = start(folder, ['index', folder.path]);
  await pause(700);
  index.child.kill('SIGTERM');
  const { code, signal, err } = await index.ended;
  assert.ok(code === 130 || code === 0 || signal === 'SIGTERM', `${code} ${err}`);
  const again = await folder.inkling(['index', folder.path, '--json']);
  assert.equal((JSON.parse(again.out) as { records: number }).records, 30_000);
});

test('an input that ends without a line end, or at once, loses nothing and ends the command', async (t) => {
  const folder = await project(t);
  const [key] = await keys(folder, 1);
  const cut = await folder.inkling(
    ['label', folder.path, '--stdin'],
    JSON.stringify({ key, label: 'parcel' }),
  );
  assert.deepEqual([cut.code, cut.lines.length], [0, 1]);
  const torn = await folder.inkling(['label', folder.path, '--stdin'], `{"key":"${key}","lab`);
  assert.equal(torn.code, 1);
  assert.match(torn.out, /^ERR bad-line /);
  assert.deepEqual(await folder.inkling(['label', folder.path, '--stdin'], ''), {
    code: 0,
    out: '',
    err: '',
    lines: [],
  });
  assert.equal(await labelled(folder), 1);
});

test('a reader that goes away ends "label" without a word, and what was acknowledged is there', async (t) => {
  const folder = await project(t);
  const [key] = await keys(folder, 1);
  const label = start(folder, ['label', folder.path, '--stdin']);
  const line = (name: string) => `${JSON.stringify({ key, label: name })}\n`;
  label.child.stdin!.write(line('parcel'));
  await label.said('ACK ');
  label.child.stdout!.destroy();
  label.child.stdin!.write(line('invoice').repeat(200));
  label.child.stdin!.end();
  const { code, err } = await label.ended;
  assert.deepEqual([code, err], [0, '']);
  assert.equal(await labelled(folder), 1);
});

test('commands in one folder at the same time all succeed', async (t) => {
  const folder = await project(t);
  const all = await keys(folder, 12);
  appendFileSync(join(folder.path, 'data/messages.jsonl'), twoTopics(30));
  const results = await Promise.all([
    ...[0, 1, 2].map((part) =>
      folder.inkling(
        ['label', folder.path, '--stdin'],
        all
          .slice(part * 4, part * 4 + 4)
          .map((key) => JSON.stringify({ key, label: 'parcel' }))
          .join('\n'),
      ),
    ),
    folder.inkling(['index', folder.path]),
    folder.inkling(['stats', folder.path]),
  ]);
  for (const { code, out, err } of results) assert.equal(code, 0, `${out}\n${err}`);
  assert.equal(await labelled(folder), 12);
});
