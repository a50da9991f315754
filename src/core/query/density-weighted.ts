/** Uncertainty weighed by how typical a record is, so that odd ones out are not asked first. */
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { spaceOf } from './coverage.ts';
import { amongExamined, examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';
import { relativeEntropy, smallMargin, type UncertaintyMeasure, uncertainties } from './uncertainty.ts';

export const informationDensity: QueryStrategy = {
  name: 'information-density',
  summary: 'Asks about records that are undecided and typical of many others. Keeps away from outliers.',
  citation: 'Settles & Craven 2008, "An Analysis of Active Learning Strategies for Sequence Labeling Tasks"',
  cost: 'one pass, and the densities of at most 5,000 candidates',
  needsModel: true,
  needsSpace: true,
  select: (pool, size, random) => select(pool, size, random, relativeEntropy),
};

export const densityWeightedMargin: QueryStrategy = {
  name: 'density-margin',
  summary:
    'Asks where two labels are close in records that are typical of many others. Sound with many labels too.',
  citation: 'Zhu et al. 2008, "Active Learning with Sampling by Uncertainty and Density"',
  cost: 'one pass, and the densities of at most 5,000 candidates',
  needsModel: true,
  needsSpace: true,
  select: (pool, size, random) => select(pool, size, random, smallMargin),
};

function select(pool: PoolView, size: number, random: Random, measure: UncertaintyMeasure): Selection {
  const positions = examined(pool, size, random);
  const uncertain = uncertainties(pool, measure);
  const densities = spaceOf(pool).densities(positions);
  const utilities = densities.map((density, at) => density * uncertain[positions[at]!]!);
  return amongExamined(positions, best(utilities, size));
}
