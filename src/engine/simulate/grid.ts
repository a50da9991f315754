/** What a simulation compares: every combination of strategies, features, classifiers, noise and batch sizes. */
import { classifierByName } from '../../core/model/registry.ts';
import { multiLabelStrategies, multiLabelStrategyByName } from '../../core/query/multi-label-registry.ts';
import { UserError } from '../../core/user-error.ts';
import { typedStrategy } from '../own-strategy.ts';
import type { Noise } from './noise.ts';
import { streamRules } from './stream.ts';

export type Features = 'tfidf' | 'pool' | 'default';
export type Start = 'clusters' | 'random';

/** One way of labeling. */
export interface Arm {
  readonly strategy: string;
  /** See `TaskSettings`; with `tfidf`, `logistic` is C = 10 without class weights. */
  readonly features: Features;
  readonly classifier: string;
  /** How the first 20 are chosen. */
  readonly start: Start;
  readonly noise: Noise;
  /** How many are asked before the model learns from them. */
  readonly batch: number;
}

/** The values of each dimension, as given. */
export interface GridOptions {
  readonly strategies: readonly string[];
  /** `tfidf`: plain tf-idf with C = 10. `pool`: learned from the pool alone. `default`: what the product uses. */
  readonly features: readonly string[];
  readonly classifiers: readonly string[];
  /** Default: at random for a plain strategy on tfidf, clusters otherwise. */
  readonly starts?: readonly string[] | undefined;
  readonly noise: readonly Noise[];
  readonly batches: readonly number[];
  /** Whether a record can have several labels: then with strategies of their own, and without noise. */
  readonly multiLabel?: boolean | undefined;
}

/**
 * Strategies vary fastest, so that what is compared stands together.
 *
 * @throws UserError for a name or a number that can't be
 */
export function armsOf(options: GridOptions): Arm[] {
  if (options.multiLabel) requireForSets(options);
  else for (const name of options.strategies) if (!streamRules(name)) typedStrategy(name);
  for (const name of options.classifiers) classifierByName(name);
  const features = options.features.map(featuresNamed);
  const starts = options.starts?.map(startNamed);
  for (const noise of options.noise) {
    if (noise !== 'recorded' && !(noise >= 0 && noise < 1)) {
      throw new UserError(
        'number-invalid',
        `${noise} is no share of wrong answers`,
        'Give one from 0 to below 1.',
      );
    }
  }
  for (const batch of options.batches) wholeNumber('batch', batch, 1);
  const arms: Arm[] = [];
  for (const noise of new Set(options.noise)) {
    for (const batch of new Set(options.batches)) {
      for (const classifier of new Set(options.classifiers)) {
        for (const feature of new Set(features)) {
          for (const strategy of new Set(options.strategies)) {
            for (const start of new Set(
              starts ?? [options.multiLabel ? 'clusters' : usualStart(feature, strategy)],
            )) {
              arms.push({ strategy, features: feature, classifier, start, noise, batch });
            }
          }
        }
      }
    }
  }
  // Each way of choosing is held against chance from the same start, also where random alone would start otherwise.
  if (options.strategies.includes('random')) {
    for (const arm of [...arms]) {
      if (!arms.some((other) => isSameArm(other, atRandom(arm)))) arms.push(atRandom(arm));
    }
  }
  return arms;
}

function requireForSets({ strategies, classifiers, noise }: GridOptions): void {
  for (const name of strategies) multiLabelStrategyByName(name);
  if (noise.every((share) => share === 0) && classifiers.every((name) => name === 'logistic')) return;
  throw new UserError(
    'not-for-several-labels',
    'Wrong answers and other classifiers are not offered where a record can have several labels',
    'Leave out --noise and --classifier.',
  );
}

/** Whether the pool's learned space is needed to run this arm. */
export function needsSpace({ features, strategy, start }: Arm): boolean {
  return features !== 'tfidf' || start === 'clusters' || comparesRecords(strategy);
}

/** The arm that asks at random and is the same in everything else. */
export function atRandom(arm: Arm): Arm {
  return { ...arm, strategy: 'random' };
}

export function isSameArm(a: Arm, b: Arm): boolean {
  return (
    a.strategy === b.strategy &&
    a.features === b.features &&
    a.classifier === b.classifier &&
    a.start === b.start &&
    a.noise === b.noise &&
    a.batch === b.batch
  );
}

/** @throws UserError `number-invalid` */
export function wholeNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UserError(
    'number-invalid',
    `${value} is no number of ${name}`,
    `Give a whole number from ${least} on.`,
  );
}

/** The default makes do without a space, but is not itself then. */
function comparesRecords(strategy: string): boolean {
  if (strategy === 'default') return true;
  // Those for several labels make do without.
  if (multiLabelStrategies.some(({ name }) => name === strategy)) return false;
  return !streamRules(strategy) && typedStrategy(strategy).needsSpace;
}

function usualStart(features: Features, strategy: string): Start {
  return features === 'tfidf' && !comparesRecords(strategy) ? 'random' : 'clusters';
}

function featuresNamed(name: string): Features {
  if (name === 'tfidf' || name === 'pool' || name === 'default') return name;
  throw new UserError('unknown-features', `"${name}" are no features`, 'Say tfidf, pool or default.');
}

function startNamed(name: string): Start {
  if (name === 'clusters' || name === 'random') return name;
  throw new UserError('unknown-start', `"${name}" is no way to start`, 'Say clusters or random.');
}
