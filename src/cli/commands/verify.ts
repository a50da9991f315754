/** `inkling verify`: every line of the journal, checked. */
import type { Command } from '../command.ts';
import { counted, jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Check every line of the label journal.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
Names each line that can't be read, with file, line, code and a sentence. Nothing is changed: such lines are
kept as they are. The exit code is 1 if there is any.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const report = await engine.verify();
      if (args.flag('json')) terminal.out(JSON.stringify(report));
      else {
        for (const { file, line, code, message } of report.problems)
          terminal.out(`${file}:${line}: ${message} (${code})`);
        terminal.out(
          `${counted(report.files, 'journal')}, ${counted(report.events, 'event')}, ${number(report.labelled)} labelled, ${counted(report.problems.length, 'bad line')}.`,
        );
      }
      return report.problems.length > 0 ? 1 : 0;
    }),
};
