/** The query strategies by the name they have in settings and on the command line. */
import { UserError } from '../user-error.ts';
import { denseMargin } from './dense-margin.ts';
import { random } from './random.ts';
import type { QueryStrategy } from './strategy.ts';
import { entropy, leastConfidence, margin } from './uncertainty.ts';

/** The default first. */
export const strategies: readonly QueryStrategy[] = [denseMargin, margin, entropy, leastConfidence, random];

export function strategyByName(name: string): QueryStrategy {
  const found = strategies.find((strategy) => strategy.name === name);
  if (found) return found;
  const names = strategies.map((strategy) => strategy.name).join(', ');
  throw new UserError(
    'unknown-strategy',
    `"${name}" is not a query strategy`,
    `The strategies are ${names}.`,
  );
}
