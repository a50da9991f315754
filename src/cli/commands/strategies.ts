/** `inkling strategies`: what can choose the records to ask about. */
import { type StrategyFacts, strategyList } from '../../engine/strategy-list.ts';
import type { Command } from '../command.ts';
import { jsonOption } from './shared.ts';

export const strategiesCommand: Command = {
  name: 'strategies',
  summary: 'List the query strategies: what each asks about, what it takes, and the paper it follows.',
  positionals: [],
  options: { json: jsonOption },
  details: `
Names go into "learning": { "strategy": … } of .inkling/project.json, or after --strategy. They combine: "0.7 margin +
0.3 diversity", "balanced margin", "stratified margin", "adaptive margin | core-set".`,
  async run(args, terminal) {
    const list = strategyList();
    if (args.flag('json')) {
      for (const strategy of list) terminal.out(JSON.stringify(strategy));
      return 0;
    }
    for (const strategy of list.filter(({ multiLabel }) => !multiLabel)) print(strategy, terminal.out);
    terminal.out('');
    terminal.out('Where a record can have several labels:');
    for (const strategy of list.filter(({ multiLabel }) => multiLabel)) print(strategy, terminal.out);
    return 0;
  },
};

function print({ name, summary, cost, citation }: StrategyFacts, out: (line: string) => void): void {
  out(name);
  out(`  ${summary}`);
  out(`  Takes ${cost}. After ${citation}.`);
}
