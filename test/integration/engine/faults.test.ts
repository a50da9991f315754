/** Full disks, jumping clocks, two hands on one record, keys that repeat: what the engine as a whole makes of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import { canMount } from '../../crash/faults.ts';
import { openFiles } from '../../support/open-files.ts';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';
import { until } from '../../support/until.ts';

const mounted = { skip: canMount() ? false : 'skipped: this user may not mount a disk' };
const newId = () => uuidV7(Date.now(), randomBytes(10));

async function openEngine(folder: TestFolder, annotator = 'Ada', cacheFolder?: string): Promise<Engine> {
  Object.assign(process.env, folder.env);
  const engine = await Engine.open(folder.path, { annotator, cacheFolder, report: () => {} });
  folder.own(() => engine.close());
  return engine;
}

async function project(t: TestContext, records = 100): Promise<TestFolder> {
  const folder = testFolder(t);
  await fill(folder, records);
  return folder;
}

async function fill(folder: TestFolder, records: number): Promise<void> {
  folder.write('data/a.jsonl', twoTopics(records));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['parcel', 'invoice'],
  });
}

/** A small disk under this folder until the test ends. */
function mountDisk(folder: TestFolder, path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status, 0);
  folder.own(() => void spawnSync('umount', ['-l', path]));
}

/** Takes all room on a disk. Returns how to give it back. */
function takeRoom(path: string): () => void {
  const file = join(path, 'ballast');
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
  return () => rmSync(file);
}

async function keysOf(engine: Engine, count: number): Promise<string[]> {
  const records = await engine.next(count, { seed: 0, audit: false });
  return records.map(({ key }) => key);
}

test(
  'a full disk refuses labels with a banner, and takes them again without a restart once there is room',
  mounted,
  async (t) => {
    const folder = testFolder(t);
    mountDisk(folder, folder.path, '400k');
    await fill(folder, 100);
    const engine = await openEngine(folder);
    await engine.updateIndex();
    const [first, second] = await keysOf(engine, 2);
    await engine.answer({ key: first!, label: 'parcel' });
    const giveBack = takeRoom(folder.path);
    // The journal's last page may still have room for some.
    let refused: unknown;
    for (let tries = 0; tries < 50 && !refused; tries++)
      refused = await engine.answer({ key: second!, label: 'parcel' }).then(
        () => undefined,
        (error) => error,
      );
    assert.ok(refused instanceof UserError && refused.code === 'disk-full', String(refused));
    assert.match(engine.banner()!.message, /disk is full/);
    giveBack();
    await engine.answer({ key: second!, label: 'invoice' });
    assert.equal(engine.banner(), undefined);
    assert.equal(engine.stats().labelled, 2);
  },
);

test('an index whose disk is full says so, and what is indexed can be labelled', mounted, async (t) => {
  const folder = await project(t, 200);
  const cache = join(folder.path, '..', 'small');
  mountDisk(folder, cache, '3m');
  const engine = await openEngine(folder, 'Ada', cache);
  assert.equal((await engine.updateIndex()).records, 200);
  folder.write('data/b.jsonl', twoTopics(60_000).replaceAll('number', 'another'));
  assert.equal(engine.banner(), undefined);
  await assert.rejects(engine.updateIndex(), { code: 'disk-full' });
  assert.match(engine.banner()?.message ?? '', /full/);
  const [key] = await keysOf(engine, 1);
  await engine.answer({ key: key!, label: 'parcel' });
  assert.equal(engine.stats().labelled, 1);
});

test(
  'an export that does not fit on the disk leaves the one that is there, and nothing half done',
  mounted,
  async (t) => {
    const folder = await project(t);
    const disk = join(folder.path, '..', 'small');
    mountDisk(folder, disk, '64k');
    const engine = await openEngine(folder);
    await engine.updateIndex();
    const [first, ...others] = await keysOf(engine, 60);
    await engine.answer({ key: first!, label: 'parcel' });
    const path = join(disk, 'labels.jsonl');
    const options = { fields: false, orphans: false, overwrite: false };
    await engine.exportLabels(path, options);
    const before = readFileSync(path, 'utf8');
    for (const key of others) await engine.answer({ key, label: 'invoice' });
    const giveBack = takeRoom(disk);
    await assert.rejects(engine.exportLabels(path, options), UserError);
    assert.equal(readFileSync(path, 'utf8'), before);
    giveBack();
    assert.deepEqual(readdirSync(disk), ['labels.jsonl']);
    assert.equal((await engine.exportLabels(path, options)).written, 60);
  },
);

test('ten thousand answers through the engine leave no file open', {
  skip: process.platform !== 'linux',
}, async (t) => {
  // So few that nothing is learned of them beside the answers: that opens files, too.
  const engine = await openEngine(await project(t, 49));
  await engine.updateIndex();
  const rows = (await keysOf(engine, 40)).map((key) => engine.index.rowOf(key));
  const [parcel] = engine.project.labels;
  // Of its index a thread opens and closes files when it likes.
  const open = () => openFiles().filter((path) => !path.includes('/index.db'));
  const save = (row: number) => engine.save({ row, op: 'label', labels: [parcel!.id] });
  await Promise.all(rows.map(save));
  const before = open();
  for (let round = 0; round < 250; round++) await Promise.all(rows.map(save));
  assert.deepEqual(open(), before);
  assert.equal(engine.stats().labelled, 40);
});

test('one record answered in two windows: the later answer holds in both, and both are kept', async (t) => {
  const folder = await project(t);
  const [one, two] = [await openEngine(folder), await openEngine(folder)];
  await Promise.all([one.goLive(), two.goLive()]);
  // One of them reads the folder; the other learns of it.
  await until('both have the records', () => one.stats().records === 100 && two.stats().records === 100);
  const [key] = await keysOf(one, 1);
  await one.answer({ key: key!, label: 'parcel' });
  await until('the other window sees it', () => two.stats().labelled === 1);
  await two.answer({ key: key!, label: 'invoice' });
  const label = (engine: Engine) => engine.stateOf(engine.index.rowOf(key!))?.labels?.[0];
  const invoice = one.project.labels.find(({ name }) => name === 'invoice')!.id;
  await until('both have the later answer', () => label(one) === invoice && label(two) === invoice);
  assert.equal((await one.verify()).events, 2);
  // At the very same moment: whichever holds, it is the same one in both.
  await Promise.all([
    one.answer({ key: key!, label: 'parcel' }),
    two.answer({ key: key!, label: 'invoice' }),
  ]);
  await until('both have read all', () => label(one) === label(two));
  assert.equal((await two.verify()).events, 4);
});

test('a key held down answers each record once, in order, however fast it repeats', async (t) => {
  const folder = await project(t);
  const engine = await openEngine(folder);
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  const { upcoming, labels } = await session.open();
  const sent = upcoming.slice(0, 3).flatMap((card) =>
    Array.from({ length: 10 }, () => ({
      event: newId(),
      key: card.key,
      labels: [labels[0]!.id],
      shown: false,
      ms: 33,
    })),
  );
  await Promise.all(sent.map((answer) => session.label(answer)));
  const { history, counts } = await session.open();
  assert.equal(counts.labelled, 3);
  assert.deepEqual(
    history.map(({ key }) => key),
    upcoming.slice(0, 3).map(({ key }) => key),
  );
});

test('a clock that jumps back a day, and past 2038, changes no order', async (t) => {
  const folder = await project(t);
  const engine = await openEngine(folder);
  await engine.updateIndex();
  const [key] = await keysOf(engine, 1);
  const now = Date.now();
  const state = () => engine.stateOf(engine.index.rowOf(key!));
  for (const [jump, label] of [
    [0, 'parcel'],
    [-86_400_000, 'invoice'],
    [Date.UTC(2038, 0, 20) - now, 'parcel'],
    [-now, 'invoice'],
    [-3_600_000, 'parcel'],
  ] as const) {
    t.mock.timers.enable({ apis: ['Date'], now: now + jump });
    await engine.answer({ key: key!, label });
    t.mock.timers.reset();
    const { id } = engine.project.labels.find(({ name }) => name === label)!;
    assert.deepEqual(state()?.labels, [id], 'the answer given last holds, whatever its time says');
  }
  // Another process, which reads all of it from disk, agrees.
  const again = await openEngine(folder);
  assert.deepEqual(again.stateOf(again.index.rowOf(key!))?.labels, state()?.labels);
  for (const label of ['invoice', 'parcel']) {
    await engine.undo();
    const { id } = engine.project.labels.find(({ name }) => name === label)!;
    assert.deepEqual(state()?.labels, [id]);
  }
});

test('a choice made for records that have gone since is not asked', async (t) => {
  const folder = await project(t);
  const engine = await openEngine(folder);
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  await until('there is a choice', () => engine.asking.chosen().length > 50);
  const stale = engine.asking.chosen().map(({ row }) => row);
  folder.write('data/a.jsonl', twoTopics(100).replaceAll('number', 'edition'));
  await until('the file is read again', () => stale.every((row) => engine.index.record(row) === undefined));
  const { upcoming } = await session.open();
  for (const { text } of upcoming) assert.match(text, /edition/);
});

test('while a file is read anew, no record in it that has an answer is asked again', async (t) => {
  const folder = await project(t, 4000);
  const engine = await openEngine(folder);
  await engine.updateIndex();
  const answered = new Set<string>();
  const rows = twoTopics(4000).trimEnd().split('\n');
  const labels = rows.slice(0, 3000).map((row) => {
    const { text, answer } = JSON.parse(row) as { text: string; answer: string };
    answered.add(text);
    return JSON.stringify({ text, label: answer });
  });
  const file = folder.write('../labels.jsonl', labels.join('\n'));
  assert.equal((await engine.importLabels(file, { addLabels: false })).saved, 3000);
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  const { generation } = engine.index;
  // Every record gets another place, and with it another row.
  folder.write(
    'data/a.jsonl',
    [JSON.stringify({ id: 'new', text: 'a new first record' }), ...rows].join('\n'),
  );
  // While it is read, and for a second after.
  for (let looks = 0, end = Number.POSITIVE_INFINITY; looks < 6 || Date.now() < end; looks++) {
    const { upcoming } = await session.open();
    assert.deepEqual(
      upcoming.map(({ text }) => text).filter((text) => answered.has(text)),
      [],
    );
    if (engine.index.generation > generation) end = Math.min(end, Date.now() + 1000);
    await new Promise((done) => setTimeout(done, 1));
  }
  assert.equal(engine.stats().labelled, 3000);
});
