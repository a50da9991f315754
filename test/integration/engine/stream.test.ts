/** Records that come into a watched folder while somebody labels: asked about at once, when they are worth it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { readProject, writeProject } from '../../../src/engine/project-file.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import type { Card, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';
import { openEngine } from '../../support/queue.ts';
import { until } from '../../support/until.ts';

/** What nobody could be sure of: words of both topics. */
const NEW = 'my parcel invoice is late and charged twice on the courier card';

test('a new record that the model is unsure of becomes one of the next cards, says why, and is noted so', async (t) => {
  const { folder, engine, session } = await startLabeling(t, { threshold: 0.95, budget: 0.5 });
  appendFileSync(join(folder.path, 'data/messages.jsonl'), `${JSON.stringify({ id: 'new', text: NEW })}\n`);
  const card = await seen(session, (snapshot) => snapshot.upcoming.find(({ text }) => text === NEW));
  assert.match(
    card.why,
    /^New: it came while you were labeling, and the model was \d+ % sure of it; .* 95 %/,
  );
  const { upcoming } = await session.open();
  // The cards that a fast hand reaches keep their places.
  assert.ok(upcoming.findIndex(({ key }) => key === card.key) <= 4);

  const label = engine.project.labels[0]!.id;
  const event = uuidV7(Date.now(), randomBytes(10));
  await session.label({ event, key: card.key, labels: [label], shown: false, ms: 1 });
  const line = journalLines(folder).find((text) => text.includes(event));
  assert.equal(JSON.parse(line!).why.strategy, 'stream');
});

test('without "stream" in the project file a new record waits for its turn', async (t) => {
  const { folder, session } = await startLabeling(t, undefined);
  appendFileSync(join(folder.path, 'data/messages.jsonl'), `${JSON.stringify({ id: 'new', text: NEW })}\n`);
  const { upcoming } = await seen(session, (snapshot) =>
    snapshot.counts.records === 121 ? snapshot : undefined,
  );
  assert.ok(upcoming.every(({ why }) => !why.startsWith('New')));
});

test('a file that comes while the folder is being read is read as well', async (t) => {
  const folder = testFolder(t);
  folder.write('data/a.txt', 'one line like all others\n'.repeat(200_000));
  await testProject(folder, { sources: [{ include: ['data/*.txt'] }], labels: ['parcel', 'invoice'] });
  const engine = await openEngine(folder);
  let isWritten = false;
  await engine.goLive(() => {
    if (!isWritten) folder.write('data/b.txt', 'the line that came later\n');
    isWritten = true;
  });
  assert.equal(isWritten, true);
  await until('both files are read', () => engine.index.counts.records === 200_001);
});

/** A live queue after twelve answers, with the choice made. */
async function startLabeling(t: TestContext, stream: { threshold: number; budget: number } | undefined) {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(120));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['parcel', 'invoice'],
  });
  const project = await readProject(folder.path);
  // With the audit, one text in ten would be no card of the model's.
  await writeProject(folder.path, { ...project, audit: { share: 0 }, ...(stream ? { stream } : {}) });
  const engine = await openEngine(folder);
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  await engine.goLive();
  for (let count = 0; count < 12; count++) {
    const card = await seen(session, ({ upcoming }) => upcoming[0]);
    await session.label({
      event: uuidV7(Date.now(), randomBytes(10)),
      key: card.key,
      labels: [truth(engine, card)],
      shown: false,
      ms: 1,
    });
  }
  await seen(session, ({ training }) => (training.phase === 'ready' ? training : undefined));
  return { folder, engine, session };
}

function truth(engine: Engine, { text }: Card): string {
  const name = /parcel|courier|late|tracking|doorstep|shipped/.test(text) ? 'parcel' : 'invoice';
  return engine.project.labels.find((label) => label.name === name)!.id;
}

/** What the queue shows once it shows it. */
async function seen<Found>(
  session: QueueSession,
  find: (snapshot: QueueSnapshot) => Found | undefined,
): Promise<Found> {
  let found: Found | undefined;
  await until(`the queue shows ${find}`, async () => {
    found = find(await session.open());
    return found !== undefined;
  });
  return found!;
}

function journalLines(folder: TestFolder): string[] {
  const labels = join(folder.path, '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'));
}
