/** The laboratory: runs every arm of a grid over several seeds, in parallel, and goes on where it was stopped. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../../core/user-error.ts';
import { isModulePath } from '../own-strategy.ts';
import { textHash } from '../text-hash.ts';
import { type RunningWorker, startWorker } from '../worker.ts';
import { type Arm, armsOf, type GridOptions, needsSpace, wholeNumber } from './grid.ts';
import { type AnsweredRecords, hashOf, labelNamesOf } from './records.ts';
import type { ReplayPoint } from './replay.ts';
import { Results, type RunKey } from './results.ts';
import { HELD_OUT, holdOut } from './split.ts';
import { type ArmReport, summarised } from './summary.ts';
import type { Task } from './task.ts';
import type { SimulatorService } from './worker.ts';

export interface SimulationOptions extends GridOptions {
  /** What may be asked. */
  readonly pool: AnsweredRecords;
  /** What only measures. Without it a part of the pool is held out, another for every seed. */
  readonly test?: AnsweredRecords | undefined;
  /** The share held out then; default .3. */
  readonly holdOut?: number | undefined;
  /** How many answers a run may ask for. */
  readonly labels: number;
  /** How many runs an arm: seeds 0, 1, 2… */
  readonly seeds: number;
  /** Whether a tenth of the answers is spent on an audit set, as people do. */
  readonly audit?: boolean | undefined;
  /** Where finished runs are kept, and found again. */
  readonly results?: string | undefined;
  /** Threads; default and most: the cores of the machine. */
  readonly workers?: number | undefined;
  /** Of the program: figures of another version are not taken for those of this one. */
  readonly version: string;
  readonly signal?: AbortSignal;
  /** Told after each run. */
  onProgress?(progress: SimulationProgress): void;
}

export interface SimulationProgress {
  readonly done: number;
  readonly all: number;
  /** How many of the done ones were found in the results folder. */
  readonly kept: number;
}

export interface SimulationReport {
  readonly records: {
    readonly pool: number;
    readonly test: number;
    readonly classes: number;
    /** Whether the test records are another part of the records for every seed. */
    readonly heldOut: boolean;
  };
  readonly labels: number;
  readonly seeds: number;
  readonly audit: boolean;
  readonly runs: readonly ArmReport[];
}

/** One arm with one seed. */
interface Job {
  readonly arm: Arm;
  readonly seed: number;
  readonly key: RunKey;
  /** Jobs with the same one share a task. */
  readonly task: string;
}

/**
 * @throws UserError for a strategy, classifier or number that can't be; the signal's reason once it aborts. What was
 *   finished by then stays in the results folder.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const arms = armsOf({ ...options, multiLabel: options.pool.multiLabel });
  checked(options);
  const { pool, seeds, signal } = options;
  const jobs = jobsOf(options, arms);
  signal?.throwIfAborted();
  const results = options.results === undefined ? undefined : await Results.open(options.results);
  const found = jobs.map((job) => results?.find(job.key));
  const missing = jobs.filter((_, at) => !found[at]);
  const curves = new Map<Job, readonly ReplayPoint[]>();
  jobs.forEach((job, at) => {
    if (found[at]) curves.set(job, found[at]);
  });
  const kept = curves.size;
  if (kept > 0) options.onProgress?.({ done: kept, all: jobs.length, kept });
  await runAll(missing, options, async (job, points) => {
    await results?.add(job.key, points);
    curves.set(job, points);
    options.onProgress?.({ done: curves.size, all: jobs.length, kept });
  });
  const { test } = partsFor(options, 0);
  return {
    records: {
      pool: options.test ? pool.texts.length : pool.texts.length - test.texts.length,
      test: test.texts.length,
      classes: labelNamesOf(pool, test).length,
      heldOut: options.test === undefined,
    },
    labels: options.labels,
    seeds,
    audit: options.audit ?? false,
    runs: summarised(
      arms.map((arm) => ({
        arm,
        curves: new Map(
          jobs.filter((job) => job.arm === arm).map((job) => [job.seed, curves.get(job)!] as const),
        ),
      })),
    ),
  };
}

/** Task by task, so that few are in memory at once. */
function jobsOf(options: SimulationOptions, arms: readonly Arm[]): Job[] {
  const data = hashOf(options.pool, options.test);
  const { labels, audit = false, version } = options;
  const share = options.holdOut ?? HELD_OUT;
  const jobs = arms.flatMap((arm) =>
    Array.from({ length: options.seeds }, (_, seed): Job => {
      const key = {
        ...arm,
        ...ofModule(arm),
        seed,
        labels,
        audit,
        data,
        version,
        ...(options.test ? {} : { holdOut: share }),
      };
      const split = options.test ? 'all' : String(seed);
      // The space may go unused in some arms of a task: it costs less than a task of their own.
      const space = arms.some((other) => other.features === arm.features && needsSpace(other));
      return { arm, seed, key, task: JSON.stringify({ features: arm.features, space, split }) };
    }),
  );
  const order = new Map([...new Set(jobs.map(({ task }) => task))].map((task, at) => [task, at]));
  return jobs.sort((a, b) => order.get(a.task)! - order.get(b.task)!);
}

/** A module may have changed since a run was kept: its content is part of what a run depends on. */
function ofModule({ strategy }: Arm): { module?: string } {
  return isModulePath(strategy) ? { module: textHash(readFileSync(resolve(strategy), 'utf8')) } : {};
}

async function runAll(
  jobs: readonly Job[],
  options: SimulationOptions,
  finished: (job: Job, points: ReplayPoint[]) => Promise<void>,
): Promise<void> {
  const { signal } = options;
  const workers: RunningWorker<SimulatorService>[] = [];
  const closeAll = () => Promise.all(workers.map((worker) => worker.close()));
  signal?.addEventListener('abort', closeAll, { once: true });
  const cores = availableParallelism();
  const count = Math.min(jobs.length, cores, options.workers ?? cores);
  const tasks = new Map<string, { task: Promise<Task>; left: number }>();
  let next = 0;
  // Results are written one at a time, in whole lines.
  let saved = Promise.resolve();
  try {
    while (workers.length < count) {
      workers.push(
        startWorker<SimulatorService>('simulator', {}, {}, { report: console.error, onExit() {} }),
      );
    }
    await Promise.all(
      workers.map(async ({ remote }) => {
        while (next < jobs.length) {
          const job = jobs[next++]!;
          const made = tasks.get(job.task) ?? {
            task: remote.prepare(partsFor(options, job.seed), {
              features: job.arm.features,
              needsSpace: (JSON.parse(job.task) as { space: boolean }).space,
            }),
            left: jobs.filter(({ task }) => task === job.task).length,
          };
          tasks.set(job.task, made);
          const { labels, audit = false } = options;
          const points = await remote.replay(await made.task, { ...job.arm, seed: job.seed, labels, audit });
          if (--made.left === 0) tasks.delete(job.task);
          saved = saved.then(() => finished(job, points));
          await saved;
        }
      }),
    );
  } catch (error) {
    // Closing the workers rejects their calls; what the caller did is the better reason.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', closeAll);
    await closeAll();
  }
}

function partsFor(
  { pool, test, holdOut: share = HELD_OUT }: SimulationOptions,
  seed: number,
): { pool: AnsweredRecords; test: AnsweredRecords } {
  return test ? { pool, test } : holdOut(pool, share, seed);
}

function checked(options: SimulationOptions): void {
  wholeNumber('labels', options.labels, 20);
  wholeNumber('seeds', options.seeds, 1);
  const { holdOut: share = HELD_OUT, noise, pool } = options;
  if (pool.multiLabel && options.audit) {
    throw new UserError(
      'not-for-several-labels',
      'A simulated audit is not offered where a record can have several labels',
      'Leave out --audit.',
    );
  }
  if (!(share > 0 && share < 1)) {
    throw new UserError(
      'number-invalid',
      `${share} is no share to hold out`,
      'Give one between 0 and 1, such as 0.3.',
    );
  }
  if (noise.includes('recorded') && !pool.recorded) {
    throw new UserError(
      'answer-missing',
      'There is no column of recorded answers',
      'Name it with --noise-field.',
    );
  }
}
