/** `inkling synthesize`: makes records to ask about of the sentences of others. */
import type { Command } from '../command.ts';
import { annotatorOption, counted, jsonOption, updateIndex, withEngine } from './shared.ts';

export const synthesize: Command = {
  name: 'synthesize',
  summary: 'Make records between two labels, of sentences of answered ones, to be asked about.',
  positionals: ['<folder>'],
  options: {
    count: { type: 'string', short: 'n', value: 'N', help: 'how many at most; default 5' },
    annotator: annotatorOption,
    json: jsonOption,
  },
  details: `
Takes answered records that are alike and have different labels, puts whole sentences of two together, and keeps what
the model is least sure of. Nobody wrote these texts: some have no right label, and skipping them is right then. They are
appended to inkling-<annotator>.synthetic.jsonl in the folder, which becomes a source of the project, and are among
the next cards. They train the model; they never measure it, and "inkling export" leaves them out without --synthetic.
Delete the file to be rid of them.

With --json: one object a line: key, text, src and line, as "inkling next" prints them. Answer with "inkling label".`,
  async run(args, terminal) {
    const count = args.count('count', 5);
    return withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const records = await engine.synthesize(count);
      for (const record of records) {
        if (args.flag('json')) terminal.out(JSON.stringify(record));
        else terminal.out(`${record.key}\n  ${record.text.replace(/\s+/g, ' ').slice(0, 200)}`);
      }
      if (records.length === 0)
        terminal.err('Nothing new can be made: the answered records have no sentences to exchange.');
      else if (!args.flag('json')) terminal.err(`${counted(records.length, 'synthetic record')} made.`);
      return 0;
    });
  },
};
