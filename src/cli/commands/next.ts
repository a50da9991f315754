/** `inkling next`: the records to ask about now. */
import { resolve } from 'node:path';
import { isModulePath } from '../../engine/own-strategy.ts';
import type { Command } from '../command.ts';
import { annotatorOption, jsonOption, updateIndex, withEngine } from './shared.ts';

export const next: Command = {
  name: 'next',
  summary: 'Show the records that teach the model most.',
  positionals: ['<folder>'],
  options: {
    count: { type: 'string', short: 'n', value: 'N', help: 'how many; default 10' },
    strategy: {
      type: 'string',
      value: 'NAME',
      help: "the query strategy, or a module of your own (./mine.mjs); default: the project's",
    },
    seed: { type: 'string', value: 'N', help: 'the seed of every random choice; default 0' },
    'no-audit': {
      type: 'boolean',
      help: 'leave out the audit records (every tenth card) that measure the model',
    },
    annotator: annotatorOption,
    json: jsonOption,
  },
  details: `
With --json: one object a line, best first: key, text, src, line, purpose (train, audit or review), and as far
as known utility, strategy, guess and p (guesses, a list, where a record can have several labels). Answer with
"inkling label".

A module exports select(pool, size, random) and returns { chosen }: positions in the pool, best first. The guide shows
one. It runs with your rights; it is taken from here only, never from a project file.`,
  async run(args, terminal) {
    const count = args.count('count', 10);
    const strategy = args.text('strategy');
    const wish = {
      ...(strategy !== undefined && isModulePath(strategy)
        ? { strategyModule: resolve(strategy) }
        : { strategy }),
      seed: args.count('seed', 0, 0),
      audit: !args.flag('no-audit'),
    };
    return withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const records = await engine.next(count, wish);
      for (const record of records) {
        if (args.flag('json')) terminal.out(JSON.stringify(record));
        else terminal.out(`${record.key}\n  ${record.text.replace(/\s+/g, ' ').slice(0, 200)}`);
      }
      const chosen = records.some((record) => record.strategy !== undefined || record.purpose !== 'train');
      if (strategy !== undefined && records.length > 0 && !chosen)
        terminal.err('Drawn at random: there is no model yet. Answer with at least two labels first.');
      if (records.length === 0) terminal.err('There is nothing left to ask: every record is answered.');
      return 0;
    });
  },
};
