/** What finished runs say: curves over the seeds with their intervals, and whether choosing beat chance. */
import { type Interval, wilsonInterval } from '../../core/evaluate/intervals.ts';
import { Random } from '../../core/random.ts';
import { type Arm, atRandom, isSameArm } from './grid.ts';
import type { ReplayPoint } from './replay.ts';

export interface ArmReport extends Arm {
  readonly seeds: number;
  /** At the round numbers of labels that every run reached. */
  readonly curve: readonly SimulatedPoint[];
  /** At every number of labels after which a model was measured. */
  readonly rounds: readonly SimulatedPoint[];
  /** Against the same arm asking at random; absent for that one, and where it was not run. */
  readonly verdict?: Verdict;
  /** How often the audit's 95 % interval held the accuracy on the test records; with `audit` only. */
  readonly audit?: AuditCheck;
}

export interface SimulatedPoint {
  readonly labels: number;
  readonly accuracy: Spread;
  readonly macroF1: Spread;
  /** Where a record can have several labels; `accuracy` is then that of whole sets. */
  readonly microF1?: Spread;
  readonly hammingLoss?: Spread;
}

/** Over the seeds; `sd` is the population's. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
  /** The 95 % interval of the mean, by Student's t; absent for a single run. */
  readonly interval?: readonly [low: number, high: number];
}

export type Verdict =
  | {
      readonly known: true;
      /** `saves` or `costs` where the interval of the mean difference leaves 0 out, else `cannot tell`. */
      readonly outcome: 'saves' | 'costs' | 'cannot tell';
      /** What is compared: micro-F1 where a record can have several labels. */
      readonly measure: 'accuracy' | 'micro-F1';
      /** The mean of that measure less that of random over the curve after the start, seed by seed. */
      readonly difference: Interval;
      readonly macroF1: Interval;
      /** The labels random was given. */
      readonly labels: number;
      /**
       * Labels until random's accuracy at `labels` is reached; where it never is, `value` or `high` is absent: more than
       * `labels`.
       */
      readonly needed: { readonly value?: number; readonly low?: number; readonly high?: number };
    }
  | { readonly known: false; readonly why: string };

export interface AuditCheck {
  readonly intervals: number;
  readonly held: number;
  /** Mean width of the interval at the end. */
  readonly width: number;
}

export interface ArmRuns {
  readonly arm: Arm;
  /** One curve a seed, in order of the seeds; those that are missing left out of all arms alike. */
  readonly curves: ReadonlyMap<number, readonly ReplayPoint[]>;
}

const REPORTED_LABELS = [20, 50, 100, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10_000];

export function summarised(runs: readonly ArmRuns[]): ArmReport[] {
  return runs
    .filter(({ curves }) => curves.size > 0)
    .map((run) => {
      const { arm } = run;
      const curves = [...run.curves.values()];
      const reached = Math.min(...curves.map((curve) => curve.at(-1)!.labels));
      const counts = [...new Set(curves.flatMap((curve) => curve.map(({ labels }) => labels)))]
        .filter((labels) => labels <= reached)
        .sort((a, b) => a - b);
      const baseline = runs.find((other) => isSameArm(other.arm, atRandom(arm)));
      const audit = auditCheck(curves);
      return {
        ...arm,
        seeds: curves.length,
        curve: REPORTED_LABELS.filter((labels) => labels <= reached).map((labels) => pointAt(curves, labels)),
        rounds: counts.map((labels) => pointAt(curves, labels)),
        ...(baseline && baseline !== run ? { verdict: verdictOn(run, baseline) } : {}),
        ...(audit ? { audit } : {}),
      };
    });
}

type Metric = 'accuracy' | 'macroF1' | 'microF1' | 'hammingLoss';

function pointAt(curves: readonly (readonly ReplayPoint[])[], labels: number): SimulatedPoint {
  const over = (metric: Metric) => spread(curves.map((curve) => interpolated(curve, labels, metric)));
  const several = hasSeveral(curves) ? { microF1: over('microF1'), hammingLoss: over('hammingLoss') } : {};
  return { labels, accuracy: over('accuracy'), macroF1: over('macroF1'), ...several };
}

function hasSeveral(curves: readonly (readonly ReplayPoint[])[]): boolean {
  return curves[0]?.[0]?.microF1 !== undefined;
}

/** Read off the curve by straight lines between measured models. */
function interpolated(curve: readonly ReplayPoint[], labels: number, metric: Metric): number {
  const after = curve.findIndex((point) => point.labels >= labels);
  const [right, left] = [curve[after]!, curve[Math.max(0, after - 1)]!];
  const [later, earlier] = [right[metric] ?? 0, left[metric] ?? 0];
  if (right.labels <= labels || right === left) return later;
  return earlier + ((labels - left.labels) / (right.labels - left.labels)) * (later - earlier);
}

const FEWEST_SEEDS = 3;
const RESAMPLES = 1000;

/** Pairs the runs of a seed: they share the start, the test records and whose answers are wrong. */
function verdictOn(run: ArmRuns, baseline: ArmRuns): Verdict {
  const seeds = [...run.curves.keys()].filter((seed) => baseline.curves.has(seed));
  if (seeds.length < FEWEST_SEEDS) {
    return { known: false, why: `It takes at least ${FEWEST_SEEDS} seeds to tell.` };
  }
  const pairs = seeds.map((seed) => [run.curves.get(seed)!, baseline.curves.get(seed)!] as const);
  const labels = Math.min(...pairs.flat().map((curve) => curve.at(-1)!.labels));
  const first = Math.max(...pairs.flat().map((curve) => curve[0]!.labels));
  const counts = [...new Set(pairs.flat().flatMap((curve) => curve.map((point) => point.labels)))].filter(
    (count) => count > first && count <= labels,
  );
  if (counts.length === 0) return { known: false, why: 'No record was chosen: there were too few.' };
  const difference = (metric: Metric) =>
    tInterval(
      pairs.map(([own, other]) =>
        mean(counts.map((count) => interpolated(own, count, metric) - interpolated(other, count, metric))),
      ),
    );
  const headline = hasSeveral(pairs.flat()) ? 'microF1' : 'accuracy';
  const accuracy = difference(headline);
  const outcome = accuracy.low > 0 ? 'saves' : accuracy.high < 0 ? 'costs' : 'cannot tell';
  const grid = [first, ...counts].sort((a, b) => a - b);
  return {
    known: true,
    outcome,
    measure: headline === 'microF1' ? 'micro-F1' : 'accuracy',
    difference: accuracy,
    macroF1: difference('macroF1'),
    labels,
    needed: neededFor(pairs, grid, headline),
  };
}

/** Where the mean curve first reaches what random reaches at the end, and between which bounds for other seeds. */
function neededFor(
  pairs: readonly (readonly [readonly ReplayPoint[], readonly ReplayPoint[]])[],
  grid: readonly number[],
  headline: Metric,
): { value?: number; low?: number; high?: number } {
  const own = pairs.map(([curve]) => grid.map((labels) => interpolated(curve, labels, headline)));
  const goals = pairs.map(([, other]) => interpolated(other, grid.at(-1)!, headline));
  const crossing = (drawn: readonly number[]): number => {
    const goal = mean(drawn.map((pair) => goals[pair]!));
    let before = { labels: grid[0]!, accuracy: Number.NEGATIVE_INFINITY };
    for (const [at, labels] of grid.entries()) {
      const accuracy = mean(drawn.map((pair) => own[pair]![at]!));
      if (accuracy >= goal) {
        if (before.accuracy === Number.NEGATIVE_INFINITY) return labels;
        const share = (goal - before.accuracy) / (accuracy - before.accuracy);
        return before.labels + share * (labels - before.labels);
      }
      before = { labels, accuracy };
    }
    return Number.POSITIVE_INFINITY;
  };
  const random = new Random(1);
  const crossings = new Float64Array(RESAMPLES).map(() =>
    crossing(pairs.map(() => random.below(pairs.length))),
  );
  crossings.sort();
  const found = {
    value: crossing(pairs.map((_, pair) => pair)),
    low: crossings[Math.floor(0.025 * RESAMPLES)]!,
    high: crossings[Math.floor(0.975 * RESAMPLES)]!,
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, labels]) =>
      Number.isFinite(labels) ? [[name, Math.round(labels)]] : [],
    ),
  );
}

function auditCheck(curves: readonly (readonly ReplayPoint[])[]): AuditCheck | undefined {
  const measured = curves.flat().filter(({ audit }) => audit && audit.total > 0);
  if (measured.length === 0) return undefined;
  const interval = ({ audit }: ReplayPoint) => wilsonInterval(audit!.right, audit!.total);
  const held = measured.filter((point) => {
    const { low, high } = interval(point);
    return low <= point.accuracy && point.accuracy <= high;
  });
  const widths = curves.flatMap((curve) => {
    const last = curve.at(-1)!;
    if (!last.audit) return [];
    const { low, high } = interval(last);
    return [high - low];
  });
  return { intervals: measured.length, held: held.length, width: mean(widths) };
}

function spread(values: readonly number[]): Spread {
  const middle = mean(values);
  const sd = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  if (values.length < 2) return { mean: middle, sd };
  const { low, high } = tInterval(values);
  return { mean: middle, sd, interval: [Math.max(0, low), Math.min(1, high)] };
}

/** The mean with its 95 % interval by Student's t: few runs, so the normal distribution would be too sure. */
function tInterval(values: readonly number[]): Interval {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  const half = tQuantile(values.length - 1) * Math.sqrt(variance / values.length);
  return { value: middle, low: middle - half, high: middle + half };
}

/** The 97.5 % points of Student's t for 1, 2, 3… degrees of freedom. */
const T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Beyond the table by Cornish and Fisher's expansion, off by less than .001 there. */
function tQuantile(freedom: number): number {
  const z = 1.959964;
  return T[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
