/** Measures query strategies on recorded answers: the learning curve of each, over several seeds, in parallel. */
import { availableParallelism } from 'node:os';
import { classifierByName } from '../../core/model/registry.ts';
import { strategyByName } from '../../core/query/registry.ts';
import { UserError } from '../../core/user-error.ts';
import { type RunningWorker, startWorker } from '../worker.ts';
import type { ReplayPoint } from './replay.ts';
import type { SimulatorService } from './worker.ts';

export interface SimulationOptions {
  /** JSONL with a text and a label a line: what may be asked. */
  readonly pool: string;
  /** Likewise; only ever used to measure. */
  readonly test: string;
  readonly strategies: readonly string[];
  /** `tfidf`: plain tf-idf with C = 10. `pool` or `default`: what the product uses. */
  readonly features: string;
  readonly classifier: string;
  /** How the first 20 records are chosen. Default: at random for a plain strategy on tfidf, clusters otherwise. */
  readonly start?: 'clusters' | 'random' | undefined;
  /** How many answers a run may ask for. */
  readonly labels: number;
  readonly batch: number;
  /** How many runs a strategy: seeds 0, 1, 2… */
  readonly seeds: number;
  readonly signal?: AbortSignal;
  /** Told after each run. */
  onProgress?(done: number, all: number): void;
}

export interface SimulationReport {
  readonly runs: readonly StrategyCurve[];
}

export interface StrategyCurve {
  readonly strategy: string;
  readonly curve: readonly SimulatedPoint[];
}

export interface SimulatedPoint {
  readonly labels: number;
  readonly accuracy: Spread;
  readonly macroF1: Spread;
}

/** Over the seeds; `sd` is the population's. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

const REPORTED_LABELS = [20, 50, 100, 200, 300, 500];

/**
 * @throws UserError for a file, strategy, classifier or number that can't be; the signal's reason once it aborts
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const features = checked(options);
  const { pool, test, classifier, labels, batch, signal } = options;
  const jobs = options.strategies.flatMap((strategy) =>
    Array.from({ length: options.seeds }, (_, seed) => ({
      strategy,
      start: startOf(options, strategy),
      classifier,
      features,
      labels,
      batch,
      seed,
    })),
  );
  const workers: RunningWorker<SimulatorService>[] = [];
  const closeAll = () => Promise.all(workers.map((worker) => worker.close()));
  const start = () => {
    const worker = startWorker<SimulatorService>('simulator', {}, {}, { report: console.error, onExit() {} });
    workers.push(worker);
    return worker;
  };
  signal?.addEventListener('abort', closeAll, { once: true });

  try {
    signal?.throwIfAborted();
    const spaced = jobs.some(({ strategy, start: from }) => from === 'clusters' || needsSpace(strategy));
    const task = await start().remote.prepare({ pool, test }, { features, needsSpace: spaced });
    while (workers.length < Math.min(availableParallelism(), jobs.length)) start();
    // By job, so that sums over the seeds do not depend on which run ends first.
    const curves: ReplayPoint[][] = [];
    let next = 0;
    let done = 0;
    await Promise.all(
      workers.map(async ({ remote }) => {
        while (next < jobs.length) {
          const job = next++;
          curves[job] = await remote.replay(task, jobs[job]!);
          options.onProgress?.(++done, jobs.length);
        }
      }),
    );
    return {
      runs: options.strategies.map((strategy, at) => ({
        strategy,
        curve: summarised(curves.slice(at * options.seeds, (at + 1) * options.seeds)),
      })),
    };
  } catch (error) {
    // Closing the workers rejects their calls; what the caller did is the better reason.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', closeAll);
    await closeAll();
  }
}

/** The default makes do without a space, but is not itself then. */
function needsSpace(strategy: string): boolean {
  return strategy === 'default' || strategyByName(strategy).needsSpace;
}

function startOf({ start, features }: SimulationOptions, strategy: string): 'clusters' | 'random' {
  return start ?? (features === 'tfidf' && !needsSpace(strategy) ? 'random' : 'clusters');
}

function checked(options: SimulationOptions): 'tfidf' | 'pool' {
  for (const name of options.strategies) strategyByName(name);
  classifierByName(options.classifier);
  for (const [name, least] of [
    ['labels', 20],
    ['batch', 1],
    ['seeds', 1],
  ] as const) {
    const value = options[name];
    if (!Number.isInteger(value) || value < least) {
      throw new UserError(
        'number-invalid',
        `${value} is no number of ${name}`,
        `Give a whole number from ${least} on.`,
      );
    }
  }
  switch (options.features) {
    case 'tfidf':
      return 'tfidf';
    case 'pool':
    case 'default':
      return 'pool';
    default:
      throw new UserError(
        'unknown-features',
        `"${options.features}" are no features`,
        'Say tfidf, pool or default.',
      );
  }
}

/** Mean and spread at the round numbers that every run reached, read off each curve by straight lines. */
function summarised(curves: readonly (readonly ReplayPoint[])[]): SimulatedPoint[] {
  const reached = Math.min(...curves.map((curve) => curve.at(-1)!.labels));
  return REPORTED_LABELS.filter((labels) => labels <= reached).map((labels) => ({
    labels,
    accuracy: spread(curves.map((curve) => interpolated(curve, labels, 'accuracy'))),
    macroF1: spread(curves.map((curve) => interpolated(curve, labels, 'macroF1'))),
  }));
}

function interpolated(curve: readonly ReplayPoint[], labels: number, metric: 'accuracy' | 'macroF1'): number {
  const after = curve.findIndex((point) => point.labels >= labels);
  const [right, left] = [curve[after]!, curve[Math.max(0, after - 1)]!];
  if (right.labels <= labels || right === left) return right[metric];
  return (
    left[metric] + ((labels - left.labels) / (right.labels - left.labels)) * (right[metric] - left[metric])
  );
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, sd: Math.sqrt(variance) };
}
