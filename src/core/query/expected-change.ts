/**
 * Expected model change, as expected gradient length (Settles, Craven & Ray 2008).
 *
 * If the answer were k, the gradient of the loss would be (p − e_k) ⊗ x, of length |p − e_k|·|x|. All rows have
 * the same length here, so |x| orders nothing and is left out:  Σ p_k |p − e_k|.
 */
import { best } from './best.ts';
import type { QueryStrategy } from './strategy.ts';
import { uncertainties } from './uncertainty.ts';

export const expectedGradientLength: QueryStrategy = {
  name: 'expected-gradient-length',
  summary:
    'Asks where the answer is likely to change the model most. Close to margin with two labels, bolder with many.',
  citation: 'Settles, Craven & Ray 2008, "Multiple-Instance Active Learning"',
  cost: 'one pass over the pool',
  needsModel: true,
  needsSpace: false,
  select: (pool, size) => best(uncertainties(pool, expectedLength), size),
};

export function expectedLength(probabilities: ArrayLike<number>): number {
  let squares = 0;
  for (let k = 0; k < probabilities.length; k++) squares += probabilities[k]! ** 2;
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k]!;
    sum += p * Math.sqrt(Math.max(0, squares - 2 * p + 1));
  }
  return sum;
}
