/** The query strategies for records that can have several labels, by name; see `registry.ts` for the other kind. */
import { UserError } from '../user-error.ts';
import { binaryRelevance } from './binary-relevance.ts';
import {
  cardinalityInconsistency,
  inconsistencyAndRanking,
  type MultiLabelStrategy,
  maximalConfidence,
} from './multi-label.ts';
import { random } from './random.ts';

const randomRecords: MultiLabelStrategy = {
  name: random.name,
  summary: random.summary,
  citation: random.citation,
  cost: random.cost,
  needsModel: false,
  select: ({ candidateCount }, size, generator) => {
    const chosen = generator.sample(candidateCount, size);
    return { chosen, utilities: new Float64Array(chosen.length) };
  },
};

/** The default first. */
export const multiLabelStrategies: readonly MultiLabelStrategy[] = [
  binaryRelevance,
  maximalConfidence,
  inconsistencyAndRanking,
  cardinalityInconsistency,
  randomRecords,
];

/** @throws UserError `one-label-strategy` for every other one */
export function multiLabelStrategyByName(name: string): MultiLabelStrategy {
  const found = multiLabelStrategies.find((strategy) => strategy.name === name);
  if (found) return found;
  const names = multiLabelStrategies.map((strategy) => strategy.name).join(', ');
  throw new UserError(
    'one-label-strategy',
    `"${name.slice(0, 80)}" is no strategy for records that can have several labels`,
    `For these there are ${names}.`,
  );
}
