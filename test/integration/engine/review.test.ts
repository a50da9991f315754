/** Answers in doubt: shown with what happened, confirmed or given anew, in the queue and in the terminal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import type { ReviewItem } from '../../../src/engine/review.ts';
import { type TestFolder, testFolder, testProject } from '../../support/project.ts';
import { openEngine, openQueue } from '../../support/queue.ts';

function rows(changed: Readonly<Record<number, string>> = {}): string {
  const texts = Array.from({ length: 12 }, (_, i) => changed[i] ?? `the text of record ${i}`);
  return `${texts.map((text, i) => JSON.stringify({ id: `r${i}`, text })).join('\n')}\n`;
}

async function project(t: TestContext): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', rows());
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['good', 'bad'],
  });
  return folder;
}

async function answer(folder: TestFolder, by: string, answers: Record<string, object>): Promise<string[]> {
  const { lines: records } = await folder.inkling(['next', folder.path, '-n', '100', '--json']);
  const known = records.map((line) => JSON.parse(line) as { key: string; id: string });
  const { lines: listed } = await folder.inkling(['review', folder.path, '--json']);
  known.push(...listed.map((line) => JSON.parse(line) as { key: string; id: string }));
  for (const { id, key } of known) keys.set(id, key);
  const input = Object.entries(answers).map(([id, given]) => JSON.stringify({ key: keys.get(id), ...given }));
  const { lines } = await folder.inkling(
    ['label', folder.path, '--stdin', '--annotator', by],
    input.join('\n'),
  );
  return lines.map((line) =>
    line
      .split(' ')
      .slice(0, line.startsWith('ACK') ? 1 : 2)
      .join(' '),
  );
}

/** Keys by id; a changed text has another. */
const keys = new Map<string, string>();

async function review(folder: TestFolder): Promise<ReviewItem[]> {
  const { code, lines, err } = await folder.inkling(['review', folder.path, '--json']);
  assert.equal(code, 0, err);
  return lines.map((line) => JSON.parse(line) as ReviewItem);
}

test('stale, disputed and orphaned answers are listed with what was said, and settled in the terminal', async (t) => {
  keys.clear();
  const folder = await project(t);
  const [good, bad] = [{ label: 'good' }, { label: 'bad' }];
  assert.deepEqual(
    await answer(folder, 'Ada', { r0: good, r1: good, r2: good, r3: bad }),
    Array(4).fill('ACK'),
  );
  assert.deepEqual(await answer(folder, 'Bob', { r3: good }), ['ACK']);
  assert.equal((await folder.inkling(['review', folder.path])).out.split('\n')[0]!.split(' ')[0], 'disputed');

  // r0 and r1 are edited; the old text of r1 turns up under another id; r2 goes away.
  const lines = rows({ 0: 'another text', 1: 'yet another text' }).split('\n');
  lines.splice(2, 1);
  folder.write('data/a.jsonl', lines.join('\n'));
  keys.clear();
  const items = await review(folder);
  const short = items.map(({ state, id, text, answers, was }) => [
    state,
    id,
    text,
    answers.map(({ by, labels }) => `${by} ${labels}`).join(', '),
    was?.src,
  ]);
  assert.deepEqual(short, [
    ['disputed', 'r3', 'the text of record 3', 'Ada bad, Bob good', undefined],
    ['stale', 'r0', 'another text', 'Ada good', 'data/a.jsonl'],
    ['stale', 'r1', 'yet another text', 'Ada good', 'data/a.jsonl'],
    ['orphan', 'r2', undefined, 'Ada good', undefined],
  ]);
  const stats = async () => JSON.parse((await folder.inkling(['stats', folder.path, '--json'])).out);
  assert.partialDeepStrictEqual(await stats(), {
    stale: 2,
    orphans: 1,
    disagreements: 1,
    agreement: { records: 1, pairs: [{ a: 'Ada', b: 'Bob', records: 1 }] },
  });

  const settled = await answer(folder, 'Cleo', {
    r0: { confirm: true },
    r1: bad,
    r3: good,
    r4: { confirm: true },
  });
  assert.deepEqual(settled, ['ACK', 'ACK', 'ACK', 'ERR nothing-to-confirm']);
  assert.deepEqual(
    (await review(folder)).map(({ state }) => state),
    ['orphan'],
  );
  assert.partialDeepStrictEqual(await stats(), { stale: 0, orphans: 1, disagreements: 0 });
  const labels = (await stats()).labels as { name: string; trained: number; audited: number }[];
  assert.deepEqual(
    labels.map(({ name, trained, audited }) => [name, trained + audited]),
    [
      ['good', 2],
      ['bad', 1],
    ],
  );
});

test('the queue asks answers in doubt again and says what changed; the same answer confirms, undo brings it back', async (t) => {
  keys.clear();
  const folder = await project(t);
  await answer(folder, 'Ada', { r5: { label: 'good' } });
  folder.write('data/a.jsonl', rows({ 5: 'a new text' }));
  Object.assign(process.env, folder.env);
  const engine = await Engine.open(folder.path, { annotator: 'Ada', report: assert.ifError });
  folder.own(() => engine.close());
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  const card = (await session.open()).upcoming.find(({ purpose }) => purpose === 'review')!;
  assert.equal(card.text, 'a new text');
  const good = engine.project.labels[0]!.id;
  assert.deepEqual(card.answer, [good]);
  const [journal] = globSync(join(folder.path, '.inkling', 'labels', '*.jsonl'));
  const [, day] = /"at":"(\d{4}-\d\d-\d\d)T/.exec(readFileSync(journal!, 'utf8'))!;
  assert.equal(
    card.why,
    `The text has changed since Ada answered "good" (${day}): the same answer confirms it. The earlier text is gone: only its hash was kept.`,
  );
  const event = uuidV7(Date.now(), randomBytes(10));
  const after = await session.label({ event, key: card.key, labels: [good], shown: false, ms: 1 });
  assert.ok(after.upcoming.every(({ purpose }) => purpose !== 'review'));
  assert.equal(engine.stats().stale, 0);
  assert.equal(engine.stats().labelled, 1);
  const undone = await session.undo();
  assert.equal(undone.upcoming[0]!.purpose, 'review');
  assert.equal(engine.stats().stale, 1);
});

test('a text that was answered in the editor is shown beside the one of now, after a restart too, and listed', async (t) => {
  const folder = await project(t);
  const first = await openEngine(folder);
  const labelled = (await openQueue(t, first)).open();
  const { key, text } = (await labelled).upcoming[0]!;
  const good = first.project.labels[0]!.id;
  const session = new QueueSession(first, { showGuess: () => true, sittingGoal: () => 0 });
  const event = uuidV7(Date.now(), randomBytes(10));
  await session.label({ event, key, labels: [good], shown: false, ms: 1 });
  await first.close();

  const number = Number(/\d+/.exec(text)![0]);
  folder.write('data/a.jsonl', rows({ [number]: 'a new text' }));
  const second = await openEngine(folder);
  await second.goLive();
  const again = new QueueSession(second, { showGuess: () => true, sittingGoal: () => 0 });
  const card = (await again.open()).upcoming.find(({ purpose }) => purpose === 'review')!;
  assert.deepEqual([card.before, card.text], [text, 'a new text']);
  assert.match(card.why, /What is struck out was there then/);
  const { out } = await folder.inkling(['review', folder.path]);
  assert.match(out, new RegExp(`was: ${text}\n {2}now: a new text`));

  // What somebody has changed or cut off in the cache is not shown.
  await second.close();
  const [kept] = globSync(join(folder.env.INKLING_CACHE!, '*', '*.answered'));
  writeFileSync(kept!, readFileSync(kept!, 'utf8').replace(text, 'something else'));
  const third = await review(folder);
  assert.equal(third[0]!.was!.text, undefined);
});

test('the records of a split label are asked about again; new answers settle them, and undo and taking the split back bring the old', async (t) => {
  keys.clear();
  const folder = await project(t);
  await answer(folder, 'Ada', { r1: { label: 'good' }, r2: { label: 'bad' } });
  Object.assign(process.env, folder.env);
  const engine = await Engine.open(folder.path, { annotator: 'Ada', report: assert.ifError });
  folder.own(() => engine.close());
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  const before = engine.project.labels;
  const [good] = before;
  const into = [
    { id: 'Lfine', name: 'fine' },
    { id: 'Lgreat', name: 'great' },
  ];
  await engine.changeLabels({ kind: 'split', label: good!.id, into });
  assert.deepEqual(
    engine.activeLabels().map(({ name }) => name),
    ['fine', 'great', 'bad'],
  );
  const card = (await session.open()).upcoming.find(({ purpose }) => purpose === 'review')!;
  assert.equal(card.text, 'the text of record 1');
  assert.equal(card.why, 'Ada answered "good", which was split since: is it "fine" or "great"?');
  assert.deepEqual(await engine.find('is:split'), [engine.index.rowOf(card.key)]);
  const listed: ReviewItem[] = [];
  for await (const item of engine.review()) listed.push(item);
  assert.deepEqual(
    listed.map(({ state, answers }) => [state, answers[0]?.labels]),
    [['split', ['good']]],
  );
  const event = uuidV7(Date.now(), randomBytes(10));
  const after = await session.label({ event, key: card.key, labels: ['Lgreat'], shown: false, ms: 1 });
  assert.ok(after.upcoming.every(({ purpose }) => purpose !== 'review'));
  assert.equal((await session.undo()).upcoming[0]!.why, card.why);
  await engine.restoreLabels(before);
  assert.ok((await session.open()).upcoming.every(({ purpose }) => purpose !== 'review'));
  assert.equal(engine.stateOf(engine.index.rowOf(card.key))?.labels?.[0], good!.id);
});
