/** `inkling simulate` on the labelled columns of one's own files. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type TestFolder, testFolder } from '../../support/project.ts';
import { until } from '../../support/until.ts';

const CLI = resolve(import.meta.dirname, '../../../src/cli/main.ts');

/** Two topics in a CSV file with a column of answers, some left open. */
function letters(folder: TestFolder, count = 120): void {
  const own = ['parcel courier late doorstep', 'invoice amount paid bank'].map((words) => words.split(' '));
  const rows = Array.from({ length: count }, (_, at) => {
    const words = own[at % 2]!;
    const label = at % 10 === 9 ? '' : at % 2 === 0 ? 'parcel' : 'invoice';
    return `"The ${words[at % 4]}, and again the ${words[(at * 3) % 4]}: case ${at}",${label}`;
  });
  folder.write('letters.csv', `body,topic\n${rows.join('\n')}\n`);
}

const few = ['--labels', '40', '--seeds', '3', '--batch', '10'];

test('in a project, the field with the labels is all that has to be named', async (t) => {
  const folder = testFolder(t);
  letters(folder);
  const init = [
    'init',
    folder.path,
    '--source',
    'letters.csv',
    '--text',
    'body',
    '--labels',
    'parcel,invoice',
  ];
  assert.equal((await folder.inkling(init)).code, 0);
  const lab = join(folder.path, 'lab');
  const args = ['simulate', '--folder', folder.path, '--label', 'topic', ...few, '--results', lab];
  const said = await folder.inkling(args);
  assert.equal(said.code, 0, said.err);
  assert.match(said.err, /108 labelled records in 1 file; 12 without a label left out/);
  assert.match(said.out, /default\n +20 labels {2}accuracy/);
  assert.match(said.out, /\ndefault (reaches|beats|cannot be told|does worse)/);
  assert.match(readFileSync(join(lab, 'report.html'), 'utf8'), /^<!doctype html>/);
  const again = await folder.inkling([...args, '--json']);
  const { records, runs } = JSON.parse(again.out) as { records: object; runs: { strategy: string }[] };
  assert.deepEqual(records, { pool: 76, test: 32, classes: 2, heldOut: true });
  assert.deepEqual(
    runs.map(({ strategy }) => strategy),
    ['default', 'random'],
  );
  assert.equal(readFileSync(join(lab, 'runs.jsonl'), 'utf8').split('\n').length, 7, 'nothing was run twice');
});

test('a simulation killed at any moment goes on with what it had', async (t) => {
  const folder = testFolder(t);
  letters(folder);
  const lab = join(folder.path, 'lab');
  const args = ['simulate', '--pool', join(folder.path, 'letters.csv'), '--text', 'body', '--label', 'topic'];
  letters(folder, 9 * 20 + 1);
  folder.write(
    'letters.csv',
    readFileSync(join(folder.path, 'letters.csv'), 'utf8').replaceAll(/.*,\n/g, ''),
  );
  const all = [...args, ...few, '--seeds', '12', '--results', lab];
  const child = spawn(process.execPath, [CLI, ...all], { env: { ...process.env, ...folder.env } });
  const ended = new Promise((done) => child.on('close', done));
  const runs = join(lab, 'runs.jsonl');
  await until('a run is kept', () => existsSync(runs) && readFileSync(runs).length > 0);
  child.kill('SIGKILL');
  await ended;
  const kept = readFileSync(runs, 'utf8');
  assert.notEqual(kept, '');
  const finished = await folder.inkling(all);
  assert.equal(finished.code, 0, finished.err);
  const now = readFileSync(runs, 'utf8');
  assert.ok(now.startsWith(kept), 'what was kept stays as it was');
  assert.equal(now.split('\n').filter((line) => line.startsWith('{"run"') && line.endsWith(']}')).length, 24);
});

const mistakes: readonly [args: readonly string[], said: RegExp, code: number][] = [
  [['--pool', 'none.jsonl'], /none\.jsonl can't be read/, 1],
  [['--noise', 'much'], /no share between 0 and 1/, 2],
  [['--batch', '5,x'], /--batch takes whole numbers/, 2],
  [[], /no Inkling project/, 1],
];
for (const [args, said, code] of mistakes) {
  test(`"simulate ${args.join(' ')}" says what is wrong`, async (t) => {
    const folder = testFolder(t);
    letters(folder);
    const given = ['simulate', '--folder', folder.path, '--label', 'topic', ...args];
    // A pool that is there, so that the option is looked at.
    const pool = /pool|^$/.test(args[0]?.slice(2) ?? '')
      ? []
      : ['--pool', join(folder.path, 'letters.csv'), '--text', 'body'];
    const result = await folder.inkling([...given, ...pool]);
    assert.match(result.err, said);
    assert.equal(result.code, code);
  });
}
