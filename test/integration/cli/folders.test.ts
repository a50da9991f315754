/** Folders that are not ours to write, that move, or that hold more than fits: what the commands make of them. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSqlite } from '../../../src/store/driver.ts';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';

const CLI = resolve(import.meta.dirname, '../../../src/cli/main.ts');

/** Root may do anything, so what it must not do is tried as somebody else. */
const SOMEBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const canBeSomebody =
  process.platform !== 'win32' && spawnSync(process.execPath, [CLI, '--version'], SOMEBODY).status === 0;
const asSomebody = { skip: canBeSomebody ? false : 'skipped: another account cannot read this repository' };

async function project(t: TestContext, count = 60): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(count));
  const source = ['--source', 'data/**', '--text', 'text', '--labels', 'parcel,invoice'];
  assert.equal((await folder.inkling(['init', folder.path, ...source])).code, 0);
  return folder;
}

async function keys(folder: TestFolder, count: number): Promise<string[]> {
  const { lines } = await folder.inkling(['next', folder.path, '-n', String(count), '--json']);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

function answers(all: readonly string[]): string {
  return all.map((key) => JSON.stringify({ key, label: 'parcel' })).join('\n');
}

/** `inkling` as an account that may read the folder and keep caches, and no more. */
function inklingAsSomebody(folder: TestFolder, args: readonly string[], input = '') {
  chmodSync(dirname(folder.path), 0o755);
  for (const place of Object.values(folder.env)) {
    mkdirSync(place, { recursive: true });
    spawnSync('chmod', ['-R', 'a+rwX', place]);
  }
  const env = { ...process.env, ...folder.env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    ...SOMEBODY,
    env,
    input,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

test('a whole session writes into .inkling and the export, and keeps its index elsewhere', async (t) => {
  const folder = await project(t);
  const before = statSync(join(folder.path, 'data/messages.jsonl'), { bigint: true });
  const label = await folder.inkling(['label', folder.path, '--stdin'], answers(await keys(folder, 20)));
  assert.equal(label.code, 0, label.err);
  for (const command of ['curve', 'stats', 'verify'])
    assert.equal((await folder.inkling([command, folder.path])).code, 0);
  const out = join(folder.path, 'labels.jsonl');
  assert.equal((await folder.inkling(['export', folder.path, '-o', out])).code, 0);

  const written = readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder.path, name)).isFile())
    .map((name) => name.replace(/[^/]+\.jsonl$/, '*.jsonl'));
  assert.deepEqual(written.sort(), [
    '*.jsonl',
    '.inkling/labels/*.jsonl',
    '.inkling/labels/.gitattributes',
    '.inkling/labels/.gitignore',
    '.inkling/project.json',
    'data/*.jsonl',
  ]);
  const after = statSync(join(folder.path, 'data/messages.jsonl'), { bigint: true });
  assert.deepEqual([after.mtimeNs, after.ctimeNs], [before.mtimeNs, before.ctimeNs]);
  const [cache] = readdirSync(folder.env.INKLING_CACHE!);
  assert.ok(existsSync(join(folder.env.INKLING_CACHE!, cache!, 'index.db')));
});

test(
  'a folder that may not be written is read, counted and asked about; an answer is refused by name',
  asSomebody,
  async (t) => {
    const folder = await project(t);
    const [first, ...others] = await keys(folder, 6);
    assert.equal((await folder.inkling(['label', folder.path, '--stdin'], answers(others))).code, 0);
    const labels = join(folder.path, '.inkling', 'labels');
    const before = readdirSync(labels);
    for (const place of [folder.path, join(folder.path, '.inkling'), labels]) chmodSync(place, 0o555);
    folder.own(() => chmodSync(folder.path, 0o755));

    const index = inklingAsSomebody(folder, ['index', folder.path, '--json']);
    assert.deepEqual(
      [index.code, (JSON.parse(index.out) as { records: number }).records],
      [0, 60],
      index.err,
    );
    const stats = inklingAsSomebody(folder, ['stats', folder.path, '--json']);
    assert.equal((JSON.parse(stats.out) as { labelled: number }).labelled, 5, stats.err);
    assert.equal(inklingAsSomebody(folder, ['next', folder.path]).code, 0);
    assert.equal(inklingAsSomebody(folder, ['verify', folder.path]).code, 0);
    const label = inklingAsSomebody(folder, ['label', folder.path, '--stdin'], answers([first!]));
    assert.equal(label.code, 1);
    assert.match(label.out, /^ERR labels-read-only /);
    assert.match(label.out + label.err, /\.inkling\/labels.* can't be written/);
    assert.deepEqual(readdirSync(labels), before);
  },
);

test('a file and a folder without permission are reported, and the rest is read', asSomebody, async (t) => {
  const folder = await project(t, 10);
  const secret = folder.write('data/secret.jsonl', twoTopics(10));
  const inner = dirname(folder.write('data/inner/b.jsonl', twoTopics(10)));
  chmodSync(secret, 0);
  chmodSync(inner, 0);
  const index = inklingAsSomebody(folder, ['index', folder.path]);
  assert.match(index.out + index.err, /secret\.jsonl.*file-unreadable/s);
  assert.match(index.out + index.err, /data\/inner.*folder-unreadable/s);
  const { records } = JSON.parse(inklingAsSomebody(folder, ['index', folder.path, '--json']).out) as {
    records: number;
  };
  assert.equal(records, 10);
});

test('a project folder that was moved has its labels, and its index is made where it is now', async (t) => {
  const folder = await project(t);
  assert.equal(
    (await folder.inkling(['label', folder.path, '--stdin'], answers(await keys(folder, 12)))).code,
    0,
  );
  const moved = `${folder.path}-moved`;
  renameSync(folder.path, moved);
  assert.equal((await folder.inkling(['index', moved])).code, 0);
  const { out } = await folder.inkling(['verify', moved, '--json']);
  const { labelled, records, mismatches } = JSON.parse(out) as {
    labelled: number;
    records: number;
    mismatches: unknown[];
  };
  assert.deepEqual([labelled, records, mismatches], [12, 12, []]);
  assert.equal(readdirSync(folder.env.INKLING_CACHE!).length, 2);
});

test('a line of 150 MB costs its line: its neighbours are read, in less than 300 MB of memory', async (t) => {
  const folder = await project(t, 10);
  const file = folder.write('data/long.jsonl', twoTopics(5));
  const part = Buffer.alloc(10_000_000, 'x');
  for (let parts = 0; parts < 15; parts++) appendFileSync(file, part);
  appendFileSync(file, `\n${twoTopics(5)}`);
  const peak = `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'))`;
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(peak)}`, CLI, 'index', folder.path, '--json'],
    { env: { ...process.env, ...folder.env } },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  await new Promise((done) => child.on('close', done));
  const { records, problems } = JSON.parse(out) as { records: number; problems: number };
  assert.deepEqual([records, problems], [20, 1]);
  const kilobytes = Number(/PEAK (\d+)/.exec(err)?.[1]);
  t.diagnostic(`peak ${Math.round(kilobytes / 1000)} MB`);
  assert.ok(kilobytes < 300_000, `${kilobytes} KB`);
});

test('a process without SQLite says what to do, and the labels are there all the same', async (t) => {
  const folder = await project(t);
  const [first, ...others] = await keys(folder, 5);
  assert.equal((await folder.inkling(['label', folder.path, '--stdin'], answers(others))).code, 0);
  const journal = () => {
    const labels = join(folder.path, '.inkling', 'labels');
    const [name] = readdirSync(labels).filter((name) => name.endsWith('.jsonl'));
    return readFileSync(join(labels, name!), 'utf8');
  };
  const before = journal();
  // As a Node that is too old for the one binding and has not the other yet.
  const run = (args: readonly string[], input = '') =>
    inklingWithout('better-sqlite3|(node:)?sqlite', folder, args, input);
  for (const [args, input] of [
    [['index', folder.path], ''],
    [['label', folder.path, '--stdin'], answers([first!])],
  ] as const) {
    const { status, stdout, stderr } = run(args, input);
    assert.equal(status, 1, stdout + stderr);
    assert.match(stderr, /can't open the index.*Labels already made are safe/s);
  }
  assert.equal(journal(), before);
  const { out } = await folder.inkling(['verify', folder.path, '--json']);
  assert.equal((JSON.parse(out) as { labelled: number }).labelled, 4);
});

test('an index that another program does not let go of is said to be held, and nothing is lost by it', async (t) => {
  const folder = await project(t);
  assert.equal((await folder.inkling(['index', folder.path])).code, 0);
  const [cache] = readdirSync(folder.env.INKLING_CACHE!);
  const path = join(folder.env.INKLING_CACHE!, cache!, 'index.db');
  const other = openSqlite(path, { readOnly: false, busyTimeout: 0 });
  folder.own(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  folder.write('data/more.jsonl', twoTopics(5));
  const index = await folder.inkling(['index', folder.path]);
  assert.equal(index.code, 1, index.err);
  assert.match(index.err, /Another program holds the index/);
  other.exec('ROLLBACK');
  const again = await folder.inkling(['index', folder.path, '--json']);
  assert.equal((JSON.parse(again.out) as { records: number }).records, 65);
});

test('a native file that is missing is replaced by the SQLite of Node', async (t) => {
  const folder = await project(t);
  const { status, stdout, stderr } = inklingWithout('better-sqlite3', folder, [
    'index',
    folder.path,
    '--json',
  ]);
  assert.equal(status, 0, stderr);
  assert.equal((JSON.parse(stdout) as { records: number }).records, 60);
});

/** `inkling` in a process, with its workers, that cannot load these modules. */
function inklingWithout(modules: string, folder: TestFolder, args: readonly string[], input = '') {
  const hook = folder.write(
    '../without.mjs',
    `import { registerHooks } from 'node:module';
     registerHooks({
       resolve(name, context, next) {
         if (/^(${modules})$/.test(name)) throw new Error('not here: ' + name);
         return next(name, context);
       },
     });`,
  );
  return spawnSync(process.execPath, ['--import', hook, CLI, ...args], {
    env: { ...process.env, ...folder.env },
    input,
    encoding: 'utf8',
  });
}
