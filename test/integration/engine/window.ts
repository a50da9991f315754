/**
 * A window of its own: opens a project as the editor does, in a process that can be killed.
 *
 * `node window.ts <folder>`: prints `READY <index lead>` and then `SEEN <labelled> <records>` whenever that changes;
 * answers the first card for each line it reads, and prints `ACK <event>`. `STATE <training phase> <banner>` likewise.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';

const engine = await Engine.open(process.argv[2]!, {
  annotator: 'Window',
  report: (error) => console.log(`ERROR ${error}`),
});
const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
let seen = '';
session.onChange(({ counts }) => {
  const now = `SEEN ${counts.labelled} ${counts.records}`;
  if (now !== seen) console.log(now);
  seen = now;
});
let state = '';
session.onChange(({ training, banner }) => {
  const now = `STATE ${training.phase} ${banner?.message ?? ''}`;
  if (now !== state) console.log(now);
  state = now;
});
const reading = engine.goLive().then(
  ({ leader }) => `READY ${leader}`,
  (error) => `ERROR ${error}`,
);
console.log(await reading);
let count = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  const card = (await session.open()).upcoming[0]!;
  const event = uuidV7(Date.now(), randomBytes(10));
  const labels = [engine.project.labels[count++ % 2]!.id];
  await session.label({ event, key: card.key, labels, shown: false, ms: 1 });
  console.log(`ACK ${event}`);
}
