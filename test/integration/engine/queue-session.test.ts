/** The queue on a real project: real files, real index, real workers, real journal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import { indexPath } from '../../../src/engine/cache-folder.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { QueueSession } from '../../../src/engine/queue-session.ts';
import type { Card, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { keptPath } from '../../../src/store/store.ts';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';
import { openEngine, openQueue } from '../../support/queue.ts';
import { until } from '../../support/until.ts';

const newId = () => uuidV7(Date.now(), randomBytes(10));

async function makeProject(t: TestContext, records = 120): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(records));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['parcel', 'invoice'],
  });
  return folder;
}

function truth(engine: Engine, card: Card): string {
  const name = /parcel|courier|late|tracking|doorstep|shipped/.test(card.text) ? 'parcel' : 'invoice';
  return engine.project.labels.find((label) => label.name === name)!.id;
}

async function answer(
  session: QueueSession,
  engine: Engine,
  snapshot: QueueSnapshot,
): Promise<QueueSnapshot> {
  const card = snapshot.upcoming[0]!;
  return session.label({
    event: newId(),
    key: card.key,
    labels: [truth(engine, card)],
    shown: card.guess !== undefined,
    ms: 500,
  });
}

function journalLines(folder: TestFolder): string[] {
  const labels = join(folder.path, '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'));
}

test('an answer is on disk when it is acknowledged, and its card is gone from the queue', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  const before = await session.open();
  const card = before.upcoming[0]!;
  const after = await answer(session, engine, before);
  assert.equal(journalLines(folder).length, 1);
  assert.equal(after.counts.labelled, 1);
  assert.ok(after.upcoming.every(({ key }) => key !== card.key));
  assert.equal(after.history.at(-1)!.key, card.key);
  assert.ok(after.revision > before.revision);
});

test('the same answer sent twice is saved once', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  const card = (await session.open()).upcoming[0]!;
  const sent = { event: newId(), key: card.key, labels: [truth(engine, card)], shown: false, ms: 1 };
  await session.label(sent);
  await session.label(sent);
  assert.equal(journalLines(folder).length, 1);
});

test('after answers of both labels the model chooses, guesses, and leaves the first cards where they are', async (t) => {
  const engine = await openEngine(await makeProject(t));
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  for (let count = 0; count < 12; count++) {
    const expected = snapshot.upcoming.slice(1, 3).map(({ key }) => key);
    snapshot = await answer(session, engine, snapshot);
    assert.deepEqual(
      snapshot.upcoming.slice(0, 2).map(({ key }) => key),
      expected,
      'no card changes under the reader',
    );
  }
  await until('a card has a guess', async () =>
    (await session.open()).upcoming.some(({ guess }) => guess !== undefined),
  );
  await until('the model is taught', () => engine.training.phase === 'ready');
});

test('every tenth card measures: it has no guess and its answer does not train', async (t) => {
  const engine = await openEngine(await makeProject(t, 300));
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  const purposes: string[] = [];
  for (let count = 0; count < 30; count++) {
    const card = snapshot.upcoming[0]!;
    purposes.push(card.purpose);
    if (card.purpose === 'audit') assert.equal(card.guess, undefined);
    snapshot = await answer(session, engine, snapshot);
  }
  assert.equal(purposes.filter((purpose) => purpose === 'audit').length, 3);
  const curve = await engine.curve();
  assert.deepEqual([curve.trained, curve.audited], [27, 3]);
  assert.equal(curve.points.at(-1)!.labels, 27);
});

test('undo brings the card back to the front, redo answers it again, also after a restart', async (t) => {
  const folder = await makeProject(t);
  const first = await openEngine(folder);
  const session = await openQueue(t, first);
  const start = await session.open();
  const key = start.upcoming[0]!.key;
  await answer(session, first, start);
  await first.close();

  const engine = await openEngine(folder);
  const again = await openQueue(t, engine);
  assert.equal((await again.open()).counts.labelled, 1);
  const undone = await again.undo();
  assert.deepEqual([undone.upcoming[0]!.key, undone.counts.labelled], [key, 0]);
  const redone = await again.redo();
  assert.equal(redone.counts.labelled, 1);
  assert.ok(redone.upcoming.every((card) => card.key !== key));
});

test('keys faster than the disk: each undo takes back one more act, also one that is still being saved', async (t) => {
  const engine = await openEngine(await makeProject(t));
  const session = await openQueue(t, engine);
  const { upcoming } = await session.open();
  const label = (card: Card) =>
    session.label({ event: newId(), key: card.key, labels: [truth(engine, card)], shown: false, ms: 1 });
  const all = [label(upcoming[0]!), label(upcoming[1]!), label(upcoming[2]!), session.undo(), session.undo()];
  await Promise.all([...all, label(upcoming[3]!)]);
  const now = await session.open();
  assert.deepEqual(
    now.history.map(({ key }) => key),
    [upcoming[0]!.key, upcoming[3]!.key],
  );
  await Promise.all([session.undo(), session.undo(), session.undo(), session.redo()]);
  assert.deepEqual(
    (await session.open()).history.map(({ key }) => key),
    [upcoming[0]!.key],
  );
});

test('a search puts what it finds into the queue, answered or not, and its answers neither vanish nor measure', async (t) => {
  const engine = await openEngine(await makeProject(t));
  const session = await openQueue(t, engine);
  const first = await session.open();
  const found = await session.search('courier is:unlabelled');
  assert.equal(found.search?.query, 'courier is:unlabelled');
  assert.ok(found.search.found > 5);
  assert.ok(found.upcoming.every(({ text }) => text.includes('courier')));
  const after = await answer(session, engine, found);
  assert.equal(after.upcoming[0]!.key, found.upcoming[1]!.key);
  assert.equal(after.counts.labelled, 1);
  const undone = await session.undo();
  assert.equal(undone.upcoming[0]!.key, found.upcoming[0]!.key);
  const redone = await session.redo();
  assert.equal(redone.upcoming[0]!.key, found.upcoming[1]!.key);
  const none = await session.search('zebra');
  assert.deepEqual([none.upcoming.length, none.search?.found], [0, 0]);
  assert.match(none.nothingLeft!, /No record fits "zebra"/);
  await assert.rejects(session.search('label:nobody'), { code: 'unknown-label' });
  const back = await session.search('');
  assert.equal(back.search, undefined);
  assert.equal(back.upcoming.length, first.upcoming.length);
});

test('a skipped record comes back when nothing else is left, and only then', async (t) => {
  const engine = await openEngine(await makeProject(t, 6));
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  const skipped = snapshot.upcoming[0]!.key;
  snapshot = await session.mark({ event: newId(), key: skipped, op: 'skip', ms: 1 });
  assert.notEqual(snapshot.upcoming[0]!.key, skipped);
  for (let count = 0; count < 5; count++) {
    assert.notEqual(snapshot.upcoming[0]!.key, skipped);
    snapshot = await answer(session, engine, snapshot);
    await until('there is a card', async () => {
      snapshot = await session.open();
      return snapshot.upcoming.length > 0;
    });
  }
  assert.equal(snapshot.upcoming[0]!.key, skipped);
  snapshot = await answer(session, engine, snapshot);
  assert.equal(snapshot.upcoming.length, 0);
  assert.match(snapshot.nothingLeft!, /Every record has an answer/);
});

test('two windows and a terminal see each other, and nothing is lost', async (t) => {
  const folder = await makeProject(t);
  const one = await openEngine(folder);
  const two = await openEngine(folder);
  const first = await openQueue(t, one);
  const second = await openQueue(t, two);
  await answer(first, one, await first.open());
  await until('the second sees it', async () => (await second.open()).counts.labelled === 1);
  await answer(second, two, await second.open());
  await until('the first sees it', async () => (await first.open()).counts.labelled === 2);
  const key = (await first.open()).upcoming[0]!.key;
  const { code } = await folder.inkling(
    ['label', folder.path, '--stdin'],
    JSON.stringify({ key, label: 'parcel' }),
  );
  assert.equal(code, 0);
  for (const session of [first, second])
    await until('both see the terminal', async () => (await session.open()).counts.labelled === 3);
});

test('labels follow a renamed file, and wait as orphans while their records are gone', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  await answer(session, engine, await session.open());
  renameSync(join(folder.path, 'data/messages.jsonl'), join(folder.path, 'data/renamed.jsonl'));
  await engine.updateIndex();
  assert.deepEqual([engine.stats().labelled, engine.stats().orphans], [1, 0]);
  rmSync(join(folder.path, 'data/renamed.jsonl'));
  await engine.updateIndex();
  assert.deepEqual([engine.stats().labelled, engine.stats().orphans], [0, 1]);
  folder.write('data/back.jsonl', twoTopics(120));
  await engine.updateIndex();
  assert.deepEqual([engine.stats().labelled, engine.stats().orphans], [1, 0]);
});

test('a record whose text has changed keeps its label as stale and is not trained on', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  const card = (await session.open()).upcoming[0]!;
  await answer(session, engine, await session.open());
  const file = join(folder.path, 'data/messages.jsonl');
  writeFileSync(file, readFileSync(file, 'utf8').replace(card.text, `${card.text}, and more`));
  await engine.updateIndex();
  const { stale, labels } = engine.stats();
  assert.equal(stale, 1);
  assert.ok(labels.every(({ trained, audited }) => trained + audited === 0));
});

test('a file that changes is read again by itself, and the queue never shows a text that is not there', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  folder.write('data/messages.jsonl', `{"id":"new","text":"a parcel that came"}\n${twoTopics(120)}`);
  await until('the file is read again', async () => (await session.open()).counts.records === 121);
  const texts = new Set(
    readFileSync(join(folder.path, 'data/messages.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { text: string }).text),
  );
  for (const { text } of (await session.open()).upcoming) assert.ok(texts.has(text));
});

test('a label added by hand to the project file is on the card, and a broken file is named', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  const file = join(folder.path, '.inkling', 'project.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"labels": [', '"labels": [ {"id": "Lnew", "name": "other"},'));
  await until('it is on the card', async () =>
    (await session.open()).labels.some(({ name }) => name === 'other'),
  );
  writeFileSync(file, text.slice(0, -10));
  await until('the broken file is named', async () => (await session.open()).banner?.kind === 'warning');
  assert.ok(
    (await session.open()).labels.some(({ name }) => name === 'other'),
    'what was read before goes on',
  );
  writeFileSync(file, text);
  await until('the file is read', async () => (await session.open()).banner === undefined);
  assert.equal((await session.open()).labels.length, 2);
});

test('after a merge the answers count for the other label; taking it back restores them', async (t) => {
  const engine = await openEngine(await makeProject(t));
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  for (let count = 0; count < 8; count++) snapshot = await answer(session, engine, snapshot);
  const counts = () => engine.stats().labels.map(({ name, trained, audited }) => [name, trained + audited]);
  const before = counts();
  const labels = engine.project.labels;
  const [parcel, invoice] = labels;
  await engine.changeLabels({ kind: 'merge', label: parcel!.id, into: invoice!.id });
  assert.deepEqual(counts(), [['invoice', 8]]);
  await engine.restoreLabels(labels);
  assert.deepEqual(counts(), before);
});

test('labels that cannot be saved are not acknowledged, the reason is shown, and labeling goes on after it is mended', async (t) => {
  const folder = await makeProject(t);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  // A file in the place of the folder stops root as well.
  const labels = folder.write('.inkling/labels', 'in the way');
  const snapshot = await session.open();
  await assert.rejects(answer(session, engine, snapshot), (error: Error & { wayOut?: string }) =>
    Boolean(error.wayOut),
  );
  const failed = await session.open();
  assert.equal(failed.counts.labelled, 0);
  assert.equal(failed.banner?.kind, 'error');
  assert.equal(failed.upcoming[0]!.key, snapshot.upcoming[0]!.key, 'the card is still there');
  rmSync(labels);
  assert.equal((await answer(session, engine, failed)).counts.labelled, 1);
  assert.equal((await session.open()).banner, undefined);
});

test('what the model says can be searched for, and examples from the answers stand beside the guidelines', async (t) => {
  // So few that nothing is learned of them beside the answers: the model is the same in every search.
  const folder = await makeProject(t, 48);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  await assert.rejects(session.search('guess:parcel'), { code: 'no-model' });
  assert.deepEqual((await engine.guidelines()).labels, [
    { id: engine.activeLabels()[0]!.id, name: 'parcel', clear: [], borderline: [] },
    { id: engine.activeLabels()[1]!.id, name: 'invoice', clear: [], borderline: [] },
  ]);
  const cards: Card[] = [];
  for (let snapshot = await session.open(); cards.length < 30; ) {
    cards.push(snapshot.upcoming[0]!);
    snapshot = await answer(session, engine, snapshot);
  }
  await until('the model is taught', () => engine.training.phase === 'ready');
  const parcels = await engine.find('guess:parcel');
  const invoices = await engine.find('guess:invoice');
  assert.equal(parcels.length + invoices.length, 48);
  const sure = await engine.find('guess:parcel p:>50%');
  assert.deepEqual(sure, parcels, 'of two labels the guessed one is the likelier');
  assert.deepEqual(await engine.find('p:<0.5'), [], 'a guess of two is never below a half');
  folder.write('.inkling/guidelines.md', '# Rules\n\nLook at the *verb*.');
  const guide = await engine.guidelines();
  assert.deepEqual(guide.text?.[0], {
    type: 'heading',
    depth: 1,
    children: [{ type: 'text', value: 'Rules' }],
  });
  const [parcel] = guide.labels;
  assert.equal(parcel!.clear.length, 2);
  for (const { key, text, p } of parcel!.clear) {
    assert.ok(p > 0.5);
    assert.equal(engine.stateOf(engine.index.rowOf(key))?.labels?.[0], parcel!.id);
    assert.ok(text.length > 5);
  }
  assert.equal(parcel!.borderline.length, 2);
  assert.ok(parcel!.borderline[0]!.p <= parcel!.clear[1]!.p);
});

test('right after records have come, before any other lesson, the model is asked and says why', async (t) => {
  const folder = await makeProject(t, 40);
  const engine = await openEngine(folder);
  await engine.updateIndex();
  const [first, ...others] = await engine.next(20, { seed: 1, audit: false });
  for (const { key, text } of others)
    await engine.answer({
      key,
      label: /parcel|courier|late|tracking|doorstep|shipped/.test(text) ? 'parcel' : 'invoice',
    });
  const guessed = async () =>
    (await engine.find('guess:parcel')).length + (await engine.find('guess:invoice')).length;
  assert.equal(await guessed(), 40);
  const more = (name: string) => folder.write(`data/${name}.jsonl`, twoTopics(4).replaceAll('number', name));
  more('later');
  await engine.updateIndex();
  assert.equal(await guessed(), 44);
  more('last');
  await engine.updateIndex();
  await engine.find('parcel');
  const why = await engine.explain(engine.index.rowOf(first!.key), engine.activeLabels()[0]!.id);
  assert.notDeepEqual(why, []);
});

test('records like one come with the likest first; all of them get a label in one stroke, and one undo takes it back', async (t) => {
  const folder = await makeProject(t, 60);
  const copy = (id: number, text: string) => `${JSON.stringify({ id: `c${id}`, text })}\n`;
  const text = 'The very same complaint about a broken lamp';
  folder.write(
    'data/copies.jsonl',
    Array.from({ length: 14 }, (_, at) => copy(at, at < 13 ? text : `${text} today`)).join(''),
  );
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  await until('all is read', () => engine.summary().indexing === undefined);
  const similar = await session.search('like:data/copies.jsonl:1');
  assert.equal(similar.search?.found, 14);
  assert.equal(similar.upcoming[0]!.text, text);
  await assert.rejects(session.search('like:data/copies.jsonl:99'), { code: 'unknown-place' });
  await session.search('like:data/copies.jsonl:1');
  const before = await session.rest();
  const trained = (await engine.find('like:data/copies.jsonl:1')).filter((row) => !engine.isAudit(row));
  assert.deepEqual(before!.rows, trained);
  const [parcel] = engine.activeLabels();
  const count = await session.labelRest(parcel!.id);
  assert.equal(count, before!.rows.length);
  assert.equal(engine.stats().labelled, count);
  assert.equal(journalLines(folder).length, count);
  const undone = await session.undo();
  assert.equal(engine.stats().labelled, 0);
  assert.equal(undone.canRedo, true);
  await session.redo();
  assert.equal(engine.stats().labelled, count);
  const again = await openEngine(folder, 'Ada');
  assert.equal(again.stats().labelled, count, 'another process reads the same');
  await again.undo();
  assert.equal(again.stats().labelled, 0, 'and undoes the stroke as one');
});

test('a card and its journal line name the model that chose it, and another process makes the same choice of the same journal', async (t) => {
  const folder = await makeProject(t, 200);
  const engine = await openEngine(folder);
  const session = await openQueue(t, engine);
  let snapshot = await session.open();
  for (let count = 0; count < 16; count++) snapshot = await answer(session, engine, snapshot);
  await until('a model has chosen', async () =>
    (await session.open()).upcoming.some(({ why }) => /, model \d+\.$/.test(why)),
  );
  // The card in front keeps the reason it came with; what stands further back may be chosen anew meanwhile.
  const modelOf = ({ upcoming }: QueueSnapshot) => /, model (\d+)\.$/.exec(upcoming[0]!.why)?.[1];
  for (snapshot = await session.open(); modelOf(snapshot) === undefined; )
    snapshot = await answer(session, engine, snapshot);
  const card = snapshot.upcoming[0]!;
  const model = modelOf(snapshot);
  const row = engine.index.rowOf(card.key);
  await session.label({ event: newId(), key: card.key, labels: [truth(engine, card)], shown: false, ms: 1 });
  const line = JSON.parse(journalLines(folder).at(-1)!) as { rec: { hash: string }; why: { model?: number } };
  assert.equal(line.rec.hash, engine.index.record(row)!.hash);
  assert.equal(line.why.model, Number(model));

  // What is learned of the pool beside the answers comes a while after they do, and makes for other choices.
  const kept = keptPath(await indexPath(folder.path, folder.env.INKLING_CACHE), 'features');
  await until('what is learned of the pool is there for all', () => existsSync(kept));
  const choices = await Promise.all(
    [1, 2].map(async () => {
      const { lines } = await folder.inkling(['next', folder.path, '-n', '8', '--json', '--seed', '3']);
      return lines.map((record) => {
        const { key, guess, p } = JSON.parse(record) as { key: string; guess?: string; p?: number };
        return { key, guess, p };
      });
    }),
  );
  assert.equal(choices[0]!.length, 8);
  assert.deepEqual(choices[0], choices[1]);
});
