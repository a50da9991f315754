/** An engine in this process, with a live queue on it, that must not have failed behind anybody's back. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Engine } from '../../src/engine/engine.ts';
import { QueueSession } from '../../src/engine/queue-session.ts';
import type { TestFolder } from './project.ts';
import { until } from './until.ts';

/** Closed with the folder; what it reported by then fails the test. */
export async function openEngine(folder: TestFolder, annotator = 'Ada'): Promise<Engine> {
  Object.assign(process.env, folder.env);
  const reported: unknown[] = [];
  const engine = await Engine.open(folder.path, { annotator, report: (error) => reported.push(error) });
  folder.own(async () => {
    await engine.close();
    assert.deepEqual(reported, [], 'nothing failed behind the back');
  });
  return engine;
}

/** A queue with cards in it. */
export async function openQueue(t: TestContext, engine: Engine): Promise<QueueSession> {
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  t.after(session.onChange(() => {}));
  await engine.goLive();
  await until('there are cards', async () => (await session.open()).upcoming.length > 0);
  return session;
}
