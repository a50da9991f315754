/** A person's own strategy on the command line, and that nothing but the command line can name one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';

/** A project with a few answers, so that there is a model to choose by. */
async function answeredProject(t: TestContext): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(60));
  const init = ['init', folder.path, '--source', 'data/*.jsonl', '--text', 'text', '--id', 'id'];
  await folder.inkling([...init, '--labels', 'parcel,invoice']);
  const next = await folder.inkling(['next', folder.path, '-n', '12', '--json']);
  const answers = next.lines.map((line) => {
    const { key, text } = JSON.parse(line) as { key: string; text: string };
    const label = /parcel|courier|late|tracking|doorstep|shipped/.test(text) ? 'parcel' : 'invoice';
    return JSON.stringify({ key, label });
  });
  const saved = await folder.inkling(['label', folder.path, '--stdin'], answers.join('\n'));
  assert.equal(saved.code, 0, saved.err);
  return folder;
}

test('"next" asks what a module of one\'s own chooses, by its name', async (t) => {
  const folder = await answeredProject(t);
  folder.write(
    'mine.mjs',
    'export const name = "last ones";\nexport const select = ({ candidateCount: n }, size) =>\n  ({ chosen: Array.from({ length: Math.min(size, n) }, (_, i) => n - 1 - i) });\n',
  );
  const args = ['next', folder.path, '-n', '3', '--no-audit', '--json'];
  const { code, err, lines } = await folder.inkling([...args, '--strategy', join(folder.path, 'mine.mjs')]);
  assert.equal(code, 0, err);
  const records = lines.map((line) => JSON.parse(line) as { line: number; strategy: string });
  assert.deepEqual(new Set(records.map(({ strategy }) => strategy)), new Set(['last ones']));
  const asked = records.map(({ line }) => line);
  assert.deepEqual(
    asked,
    asked.toSorted((a, b) => b - a),
  );
});

test('before there is a model a module that needs none is asked, and of others it is said that they were not', async (t) => {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(60));
  const init = ['init', folder.path, '--source', 'data/*.jsonl', '--text', 'text', '--id', 'id'];
  await folder.inkling([...init, '--labels', 'parcel,invoice']);
  const select = 'export const select = () => ({ chosen: [7, 3] });\n';
  folder.write('mine.mjs', select);
  folder.write('early.mjs', `${select}export const needsModel = false;\n`);
  const next = (name: string) =>
    folder.inkling([
      'next',
      folder.path,
      '-n',
      '2',
      '--no-audit',
      '--json',
      '--strategy',
      join(folder.path, name),
    ]);
  const early = await next('early.mjs');
  const strategies = early.lines.map((line) => JSON.parse(line).strategy);
  assert.deepEqual(strategies, ['early.mjs', 'early.mjs'], early.err);
  const mine = await next('mine.mjs');
  assert.equal(JSON.parse(mine.lines[0]!).strategy, undefined);
  assert.match(mine.err, /Drawn at random: there is no model yet/);
});

test('a module that throws ends "next" with its message and place, and with exit code 1', async (t) => {
  const folder = await answeredProject(t);
  folder.write('mine.mjs', '\nexport function select() { throw new Error("not today"); }\n');
  const args = ['next', folder.path, '--strategy', join(folder.path, 'mine.mjs')];
  const { code, err } = await folder.inkling(args);
  assert.equal(code, 1);
  assert.match(err, /mine\.mjs failed: Error: not today \(mine\.mjs:2:\d+\)/);
});

test("a project file can't have a module run", async (t) => {
  const folder = await answeredProject(t);
  const ran = join(folder.path, 'ran');
  folder.write(
    'mine.mjs',
    `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, '');`,
  );
  const path = '.inkling/project.json';
  const project = JSON.parse(readFileSync(join(folder.path, path), 'utf8'));
  for (const strategy of ['./mine.mjs', join(folder.path, 'mine.mjs')]) {
    folder.write(path, JSON.stringify({ ...project, learning: { ...project.learning, strategy } }));
    const { code, err } = await folder.inkling(['next', folder.path]);
    assert.equal(code, 1);
    assert.match(err, /is not a query strategy/);
    assert.ok(!existsSync(ran));
  }
});
