/** `inkling verify` and the editor's own checks: the journal against memory and against the index. */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Answers } from '../../../src/engine/answers.ts';
import { indexPath } from '../../../src/engine/cache-folder.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { verifyAll } from '../../../src/engine/verify.ts';
import { Journal } from '../../../src/journal/journal.ts';
import { IndexReader } from '../../../src/store/store.ts';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';

async function labelledProject(t: TestContext): Promise<{ folder: TestFolder; journal: string }> {
  const folder = testFolder(t);
  Object.assign(process.env, folder.env);
  folder.write('data/a.jsonl', twoTopics(40));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['parcel', 'invoice'],
  });
  const { lines } = await folder.inkling(['next', folder.path, '-n', '20', '--json']);
  const answers = lines.map((line) => JSON.stringify({ key: JSON.parse(line).key, label: 'parcel' }));
  assert.equal((await folder.inkling(['label', folder.path, '--stdin'], answers.join('\n'))).code, 0);
  const labels = join(folder.path, '.inkling', 'labels');
  const name = readdirSync(labels).find((file) => file.endsWith('.jsonl'))!;
  return { folder, journal: join(labels, name) };
}

async function bannerOnOpening(folder: TestFolder): Promise<string | undefined> {
  const engine = await Engine.open(folder.path, { report: assert.ifError });
  const banner = engine.banner();
  await engine.close();
  return banner?.message;
}

test('a sound journal agrees with memory and with the index', async (t) => {
  const { folder } = await labelledProject(t);
  const { code, out } = await folder.inkling(['verify', folder.path, '--json']);
  assert.equal(code, 0, out);
  assert.partialDeepStrictEqual(JSON.parse(out), { events: 20, labelled: 20, memory: 'same', records: 20 });
  assert.deepEqual([JSON.parse(out).problems, JSON.parse(out).mismatches], [[], []]);
  assert.equal(await bannerOnOpening(folder), undefined);
});

test('a damaged line is named by its place, and told when the project is opened', async (t) => {
  const { folder, journal } = await labelledProject(t);
  const lines = readFileSync(journal, 'utf8').split('\n');
  lines[6] = lines[6]!.replace('"op":"label"', '"op":"labeled"');
  lines[11] = lines[11]!.replace('{"v":1,', '{"v":1');
  writeFileSync(journal, lines.join('\n'));
  const { code, out } = await folder.inkling(['verify', folder.path]);
  assert.equal(code, 1);
  assert.match(out, /^\.inkling\/labels\/[^:]+:7: .* \(unknown-op\)$/m);
  assert.match(out, /^\.inkling\/labels\/[^:]+:12: .* \(json-syntax\)$/m);
  assert.match(out, /18 labelled, 18 records looked up, 2 bad lines/);
  assert.match((await bannerOnOpening(folder))!, /^2 lines of the label journal can't be obeyed/);
});

test('what a crash cut off is reported by verify, and is no reason to alarm anybody', async (t) => {
  const { folder, journal } = await labelledProject(t);
  appendFileSync(journal, '{"v":1,"id":"01a1f9c2-af00-74');
  assert.match((await folder.inkling(['verify', folder.path])).out, /:21: .* \(torn-tail\)$/m);
  appendFileSync(journal, '\n');
  const { code, out } = await folder.inkling(['verify', folder.path]);
  assert.equal(code, 1);
  assert.match(out, /:21: .* \(torn-line\)$/m);
  assert.equal(await bannerOnOpening(folder), undefined);
});

test('memory that misses an event, and an index that holds another text, are found out', async (t) => {
  const { folder } = await labelledProject(t);
  const { journal, events } = await Journal.open(folder.path);
  await journal.close();
  const reader = IndexReader.open(await indexPath(folder.path, undefined));
  folder.own(() => reader.close());
  const answers = new Answers(journal.annotator);
  answers.add(events);
  const labels = [{ id: events[0]!.labels![0]!, name: 'parcel' }];
  await answers.resolve(reader, { labels, multiLabel: false }, 0);
  const check = () => verifyAll(folder.path, answers, reader, () => false);
  assert.partialDeepStrictEqual(await check(), { memory: 'same', records: 20, mismatches: [] });

  const other = {
    byHash: (hash: string) => reader.byHash(hash),
    bySourceId: (src: string, id: string) => reader.bySourceId(src, id),
    record: (row: number) => {
      const record = reader.record(row);
      return record && record.row % 10 === 0 ? { ...record, hash: '0'.repeat(32) } : record;
    },
  };
  const wrong = [...answers.states().keys()].filter((row) => row % 10 === 0).length;
  const report = await verifyAll(folder.path, answers, other, () => false);
  assert.equal(report.mismatches.length, wrong);

  await answers.replace(events.slice(1));
  assert.equal((await check()).memory, 'differs');
});
