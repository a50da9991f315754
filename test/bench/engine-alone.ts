/**
 * Opens an indexed folder in a process of its own, as the editor does, and tells its parent what that took:
 * `engine-alone.ts <folder> <cache folder> <rounds> <learn|kept>`.
 *
 * With `learn` nothing was learned of the pool before: rounds are taken before its features are there and after. With
 * `kept` they lie beside the index.
 */
import { existsSync } from 'node:fs';
import { indexPath } from '../../src/engine/cache-folder.ts';
import { Engine } from '../../src/engine/engine.ts';
import { QueueSession } from '../../src/engine/queue-session.ts';
import { keptPath } from '../../src/store/store.ts';
import { median } from './measure.ts';

/** Milliseconds, but for memory in MB and `features` in seconds of processor time. */
export interface EngineFigures {
  readonly firstCard: number;
  readonly ranking: number;
  readonly memory: number;
  readonly round?: number;
  /** Absent where the pool was so small that they were learned within the rounds. */
  readonly features?: number;
  readonly learnedRound?: number;
  readonly learnedMemory?: number;
}

/** Far longer than a choice by new features takes; where it was made before they were kept, none comes. */
const CHOICE_WAIT = 60_000;

void main();

async function main(): Promise<void> {
  const [folder = '', cacheFolder = '', rounds = '5', mode = 'kept'] = process.argv.slice(2);
  const keptAt = keptPath(await indexPath(folder, cacheFolder), 'features');
  const began = performance.now();
  const engine = await Engine.open(folder, {
    annotator: 'bench',
    cacheFolder,
    report: (error) => {
      throw error;
    },
  });
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  const live = engine.goLive();
  let snapshot = await session.open();
  session.onChange((fresh) => {
    snapshot = fresh;
  });
  await until(() => snapshot.upcoming.length > 0);
  const firstCard = performance.now() - began;
  await until(() => engine.training.phase === 'ready');
  const ranking = performance.now() - began;
  const memory = process.memoryUsage().rss / 1e6;
  const figures: { -readonly [Name in keyof EngineFigures]: EngineFigures[Name] } = {
    firstCard,
    ranking,
    memory,
  };
  await live;
  if (mode === 'learn') {
    figures.round = await roundTime(engine, Number(rounds));
    // Those of a small pool are learned while the rounds are taken: then what they cost can't be told apart.
    const isLearned = existsSync(keptAt);
    const before = revision(engine);
    const { user, system } = process.cpuUsage();
    await until(() => existsSync(keptAt));
    if (
      !isLearned &&
      (await until(() => engine.training.phase === 'ready' && revision(engine) > before, CHOICE_WAIT))
    ) {
      const used = process.cpuUsage();
      figures.features = (used.user + used.system - user - system) / 1e6;
    }
    figures.learnedRound = await roundTime(engine, Number(rounds));
    figures.learnedMemory = process.memoryUsage().rss / 1e6;
  }
  process.send!(figures);
  await engine.close();
  process.disconnect();
}

/** From a key to the next choice: commit, fit, score, select. The median. */
async function roundTime(engine: Engine, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { row } = engine.asking.chosen().find((asked) => engine.asking.isOpen(asked.row))!;
    const { text } = (await engine.index.content(row))!;
    const before = revision(engine);
    const start = performance.now();
    // Any label will do: what is learned costs the same.
    const label = engine.project.labels[text.length % engine.project.labels.length]!;
    await engine.save({ row, op: 'label', labels: [label.id] });
    await until(() => engine.training.phase === 'ready' && revision(engine) > before);
    times.push(performance.now() - start);
    // The curve is measured after a round; a hand that answers at once would wait for that, too.
    await new Promise((done) => setTimeout(done, 1000));
  }
  return median(times);
}

function revision(engine: Engine): number {
  return engine.training.phase === 'ready' ? engine.training.modelRevision : 0;
}

/** @returns whether it came true within so many milliseconds */
async function until(check: () => boolean, within = Number.POSITIVE_INFINITY): Promise<boolean> {
  for (const end = performance.now() + within; performance.now() < end; ) {
    if (check()) return true;
    await new Promise((done) => setTimeout(done, 1));
  }
  return false;
}
