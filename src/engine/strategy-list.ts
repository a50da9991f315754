/** The query strategies as people choose among them: what each asks about, what it takes and whom it follows. */
import { multiLabelStrategies } from '../core/query/multi-label-registry.ts';
import { strategies } from '../core/query/registry.ts';

export interface StrategyFacts {
  readonly name: string;
  /** What it asks about, and when it helps. */
  readonly summary: string;
  /** What a choice takes beside scoring the pool. */
  readonly cost: string;
  readonly citation: string;
  /** Whether it is for projects where a record can have several labels; the others are for one label a record. */
  readonly multiLabel: boolean;
}

/** In the order of the registries: the default first. */
export function strategyList(): StrategyFacts[] {
  const facts =
    (multiLabel: boolean) =>
    ({ name, summary, cost, citation }: Omit<StrategyFacts, 'multiLabel'>) => ({
      name,
      summary,
      cost,
      citation,
      multiLabel,
    });
  return [...strategies.map(facts(false)), ...multiLabelStrategies.map(facts(true))];
}
