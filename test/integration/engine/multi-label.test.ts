/** A project whose records can have several labels, end to end: real files, index, workers and journal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import type { Card, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { type TestFolder, testFolder, testProject } from '../../support/project.ts';
import { openEngine, openQueue } from '../../support/queue.ts';
import { until } from '../../support/until.ts';

const newId = () => uuidV7(Date.now(), randomBytes(10));

const words: Readonly<Record<string, readonly string[]>> = {
  parcel: ['parcel', 'courier', 'tracking', 'doorstep', 'shipped'],
  invoice: ['invoice', 'charged', 'refund', 'payment', 'overcharged'],
  login: ['password', 'login', 'account', 'locked', 'browser'],
};
const names = Object.keys(words);

/** The topics of message i: every set of them in turn, the empty one too. */
function topicsOf(i: number): string[] {
  return names.filter((_, k) => ((i % 8) >> k) % 2 === 1);
}

function messages(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const said = topicsOf(i).flatMap((topic) => [0, 1, 2].map((at) => words[topic]![(i * 3 + at * 2) % 5]));
    const text = ['message', `m${i}`, ...said, ['hello', 'greetings', 'thanks', 'weather'][i % 4]].join(' ');
    return JSON.stringify({ id: `m${i}`, text });
  }).join('\n');
}

async function open(t: TestContext, count = 240): Promise<{ folder: TestFolder; engine: Engine }> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', `${messages(count)}\n`);
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: names,
    multiLabel: true,
  });
  return { folder, engine: await openEngine(folder) };
}

function truth(engine: Engine, card: Card): string[] {
  return topicsOf(Number(/m(\d+)/.exec(card.text)![1])).map((name) => engine.labelNamed(name).id);
}

async function answer(
  session: QueueSession,
  engine: Engine,
  { upcoming }: QueueSnapshot,
): Promise<QueueSnapshot> {
  const card = upcoming[0]!;
  const shown = card.guesses !== undefined;
  return session.label({ event: newId(), key: card.key, labels: truth(engine, card), shown, ms: 400 });
}

function journal(folder: TestFolder): { op: string; labels?: string[]; why?: { guesses?: string[] } }[] {
  const labels = join(folder.path, '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

test('sets of labels are asked, learned, guessed and measured, and audit cards show no guess', async (t) => {
  const { folder, engine } = await open(t);
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  assert.equal(snapshot.multiLabel, true);
  for (let count = 0; count < 80; count++) {
    const card = snapshot.upcoming[0]!;
    if (card.purpose === 'audit') assert.equal(card.guesses, undefined);
    snapshot = await answer(session, engine, snapshot);
    // A hand this fast is past all cards before the first model has learned.
    if (count === 40) {
      await until('a card has guesses', async () => {
        snapshot = await session.open();
        return snapshot.upcoming.some(({ guesses }) => guesses !== undefined);
      });
    }
  }
  assert.equal(snapshot.counts.labelled, 80);
  const saved = journal(folder);
  assert.ok(saved.every(({ op }) => op === 'label'));
  assert.ok(
    saved.some(({ labels }) => labels!.length === 0),
    'that none applies is saved as an answer',
  );
  assert.ok(saved.some(({ labels }) => labels!.length === 3));
  assert.ok(
    saved.some(({ why }) => (why?.guesses?.length ?? 0) > 0),
    'what was guessed is kept',
  );

  await until('the model is taught', () => engine.training.phase === 'ready');
  await until('a card has guesses', async () =>
    (await session.open()).upcoming.some(({ guesses }) => guesses !== undefined),
  );
  // Cards are what the model doubts most, and which those are depends on how fast it learned; of all records most are clear.
  const drawn = await engine.next(100, { strategy: 'random', seed: 1, audit: false });
  const right = drawn.filter(
    ({ text, guesses }) =>
      JSON.stringify(guesses!.map(({ label }) => label).sort()) ===
      JSON.stringify(topicsOf(Number(/m(\d+)/.exec(text)![1])).sort()),
  );
  assert.equal(drawn.length, 100);
  assert.ok(right.length > drawn.length / 2, `${right.length} of ${drawn.length} sets are guessed right`);

  const curve = await engine.curve();
  assert.equal(curve.multiLabel, true);
  assert.deepEqual([curve.trained, curve.audited], [72, 8]);
  const newest = curve.points.at(-1)!;
  assert.equal(newest.labels, 72);
  assert.ok(newest.microF1!.value > 0.7, `micro-F1 ${newest.microF1!.value}`);
  assert.ok(newest.hammingLoss!.value < 0.3);
  for (const { low, value, high } of [newest.microF1!, newest.hammingLoss!, newest.macroF1, newest.accuracy])
    assert.ok(0 <= low && low <= value && value <= high && high <= 1);
  assert.equal(curve.quality.length, 3);
  assert.deepEqual([curve.confusion, curve.forecast.known, curve.againstRandom.known], [[], false, false]);
  assert.equal(engine.stats().none, saved.filter(({ labels }) => labels!.length === 0).length);

  const guessed = await engine.find('guess:invoice p:>0.5');
  assert.ok(guessed.length > 10, 'the likeliest label of a record finds it');
  const guide = await engine.guidelines();
  for (const { name, clear } of guide.labels) assert.equal(clear.length, 2, name);

  const [row] = await engine.find('invoice');
  const { key } = (await engine.index.content(row!))!;
  const reasons = await session.explain(key, engine.labelNamed('invoice').id);
  assert.ok(reasons.some(({ word, weight }) => words.invoice!.includes(word) && weight > 0));
});

test('none of them is an answer: undone, done again, cleared, found, and there after a restart', async (t) => {
  const { folder, engine } = await open(t, 60);
  const session = await openQueue(t, engine);
  const card = (await session.open()).upcoming[0]!;
  const none = { event: newId(), key: card.key, labels: [], shown: false, ms: 1 };
  const after = await session.label(none);
  assert.deepEqual([after.counts.labelled, after.history.at(-1)!.answer], [1, []]);
  assert.equal((await session.search('is:none')).search!.found, 1);
  await session.search('');
  assert.equal((await session.undo()).counts.labelled, 0);
  assert.equal((await session.redo()).counts.labelled, 1);
  await engine.close();

  const again = await openEngine(folder);
  await again.updateIndex();
  assert.equal(again.stats().none, 1);
  const queue = new QueueSession(again, { showGuess: () => true, sittingGoal: () => 0 });
  const cleared = await queue.label({ ...none, event: newId(), labels: null });
  assert.equal(cleared.counts.labelled, 0);
  assert.deepEqual(
    journal(folder)
      .map(({ op }) => op)
      .at(-1),
    'clear',
  );
});

test('a label finds every record that has it, alone or with others, and annotators differ by their sets', async (t) => {
  const { engine } = await open(t, 60);
  const session = await openQueue(t, engine);
  const give = (key: string, ...labels: string[]) => engine.answer({ key, label: labels });
  const [a, b, c] = (await session.open()).upcoming.map(({ key }) => key);
  await give(a!, 'parcel', 'login');
  await give(b!, 'login');
  await give(c!);
  assert.equal((await engine.find('label:login')).length, 2);
  assert.equal((await engine.find('label:parcel')).length, 1);
  await assert.rejects(engine.answer({ key: a!, label: ['nothing such'] }), { code: 'unknown-label' });
});

test('all that a search found gets several labels in one stroke, and one undo takes it back', async (t) => {
  const { folder, engine } = await open(t, 60);
  const session = await openQueue(t, engine);
  await session.search('weather');
  const [parcel, , login] = engine.activeLabels().map(({ id }) => id);
  const count = await session.labelRest(parcel!, login!);
  assert.ok(count > 5);
  assert.deepEqual(journal(folder).at(-1)!.labels, [parcel, login]);
  assert.equal(engine.stats().labelled, count);
  assert.equal((await session.undo()).counts.labelled, 0);
});

test('a single-label project refuses several labels, and takes none of them for a clear', async (t) => {
  const { folder, engine } = await open(t, 30);
  await engine.close();
  const path = join(folder.path, '.inkling', 'project.json');
  const project = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...project, multiLabel: false }));
  const single = await openEngine(folder);
  await single.updateIndex();
  const session = new QueueSession(single, { showGuess: () => true, sittingGoal: () => 0 });
  const card = (await session.open()).upcoming[0]!;
  const sent = { key: card.key, shown: false, ms: 1 };
  const ids = single.activeLabels().map(({ id }) => id);
  await assert.rejects(session.label({ ...sent, event: newId(), labels: ids }), { code: 'one-label' });
  await session.label({ ...sent, event: newId(), labels: ids.slice(0, 1) });
  const cleared = await session.label({ ...sent, event: newId(), labels: [] });
  assert.equal(cleared.counts.labelled, 0);
  assert.deepEqual(
    journal(folder).map(({ op }) => op),
    ['label', 'clear'],
  );
});

test('a strategy for one label is refused in a sentence, and those for sets choose', async (t) => {
  const { engine } = await open(t, 60);
  await engine.updateIndex();
  const keys = (await engine.next(40, { seed: 1, audit: false })).map(({ key }) => key);
  for (const [at, key] of keys.slice(0, 24).entries()) {
    const { text } = (await engine.index.content(engine.index.rowOf(key)))!;
    await engine.answer({ key, label: topicsOf(Number(/m(\d+)/.exec(text)![1])) });
    assert.ok(at < 24);
  }
  await assert.rejects(engine.next(5, { strategy: 'badge', seed: 1, audit: false }), {
    code: 'one-label-strategy',
  });
  for (const strategy of ['default', 'mmc', 'cvirs', 'label-cardinality', 'random']) {
    const chosen = await engine.next(5, { strategy, seed: 1, audit: false });
    assert.equal(chosen.length, 5);
    assert.ok(
      chosen.every((record) => record.guesses !== undefined && record.guess === undefined),
      strategy,
    );
  }
});
