/** The query strategies by the name they have in settings and on the command line. */
import { UserError } from '../user-error.ts';
import { adaptive, USUAL_ARMS } from './adaptive.ts';
import { badge } from './badge.ts';
import { batchBald } from './batch-bald.ts';
import { clusterMargin } from './cluster-margin.ts';
import {
  baldStrategy,
  consensusEntropyStrategy,
  maxDisagreementStrategy,
  variationRatiosStrategy,
  voteEntropyStrategy,
} from './committee.ts';
import { contrastive } from './contrastive.ts';
import { coreSet, diversity, typiClust } from './coverage.ts';
import { denseMargin } from './dense-margin.ts';
import { densityWeightedMargin, informationDensity } from './density-weighted.ts';
import { expectedGradientLength } from './expected-change.ts';
import { expectedErrorReduction, expectedLogLossReduction } from './expected-error.ts';
import { laplaceBald, laplaceBatchBald } from './laplace.ts';
import { balanced, mixed, stratified } from './mixed.ts';
import { quire } from './quire.ts';
import { random } from './random.ts';
import { rankedBatch } from './ranked-batch.ts';
import { looksAtOrigins, type QueryStrategy } from './strategy.ts';
import { entropy, leastConfidence, margin } from './uncertainty.ts';

const single: readonly QueryStrategy[] = [
  denseMargin,
  margin,
  entropy,
  leastConfidence,
  random,
  voteEntropyStrategy,
  consensusEntropyStrategy,
  maxDisagreementStrategy,
  variationRatiosStrategy,
  baldStrategy,
  batchBald,
  laplaceBald,
  laplaceBatchBald,
  expectedGradientLength,
  expectedErrorReduction,
  expectedLogLossReduction,
  informationDensity,
  densityWeightedMargin,
  clusterMargin,
  badge,
  rankedBatch,
  contrastive,
  quire,
  coreSet,
  diversity,
  typiClust,
];

/** The default first, then the plain ones; the chooser among them last. */
export const strategies: readonly QueryStrategy[] = [
  ...single,
  adaptive('adaptive', USUAL_ARMS.map(simple), random),
];

/**
 * A strategy by its name, or one made of others: `0.7 margin + 0.3 diversity`, `balanced margin`,
 * `stratified entropy`, `adaptive margin | core-set`.
 *
 * @throws UserError `unknown-strategy`
 */
export function strategyByName(name: string): QueryStrategy {
  if (name === 'adaptive') return strategies.at(-1)!;
  const arms = /^adaptive\s+(.+)$/.exec(name)?.[1]?.split('|');
  if (arms) return adaptive(name, [...new Set(arms.map((arm) => arm.trim()))].map(simple), random);
  const parts = name.split('+').map((part) => /^\s*(\d*\.?\d+)\s+(.+?)\s*$/.exec(part));
  if (parts.every((part) => part !== null && Number(part[1]) > 0)) {
    return mixed(parts.map((part) => ({ weight: Number(part![1]), strategy: simple(part![2]!) })));
  }
  return simple(name);
}

function simple(name: string): QueryStrategy {
  const wrapped = /^(balanced|stratified)\s+(.+)$/.exec(name);
  if (wrapped) return (wrapped[1] === 'balanced' ? balanced : stratified)(simple(wrapped[2]!));
  const found = single.find((strategy) => strategy.name === name);
  if (found) return found;
  if (looksAtOrigins(name)) {
    throw new UserError(
      'unknown-strategy',
      'The adaptive strategy chooses among others and can be no part of one',
      'Name what it chooses among: "adaptive margin | core-set".',
    );
  }
  const names = strategies.map((strategy) => strategy.name).join(', ');
  throw new UserError(
    'unknown-strategy',
    `"${name}" is not a query strategy`,
    `The strategies are ${names}.`,
  );
}
