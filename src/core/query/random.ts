/** Asking at random: the yardstick for every other strategy. */
import type { QueryStrategy } from './strategy.ts';

export const random: QueryStrategy = {
  name: 'random',
  summary: 'Asks in random order. Learns slowest, but its answers are a fair sample of the pool.',
  citation: 'Cochran 1977, "Sampling Techniques", chapter 2',
  cost: 'nothing',
  needsModel: false,
  needsSpace: false,
  select: (pool, size, generator) => {
    const chosen = generator.sample(pool.candidateCount, size);
    return { chosen, utilities: new Float64Array(chosen.length) };
  },
};
