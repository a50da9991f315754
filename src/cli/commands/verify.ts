/** `inkling verify`: every line of the journal, checked. */
import type { Command } from '../command.ts';
import { counted, jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Check the label journal line by line, against memory and against the index.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
Names each line that can't be read, with file, line, code and a sentence. Nothing is changed: such lines are
kept as they are. Then folds the journal once more and compares that with the answers held in memory, and looks up
every labelled record in the index: its text must be the one that was labelled.

The exit code is 0 when all is well, and 1 if a line is bad, memory differs or a record does not fit. A code of
torn-tail or torn-line is what a crash leaves of a label that was never acknowledged.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const report = await engine.verify();
      if (args.flag('json')) terminal.out(JSON.stringify(report));
      else {
        for (const { file, line, code, message } of report.problems)
          terminal.out(`${file}:${line}: ${message} (${code})`);
        for (const { src, line } of report.mismatches)
          terminal.out(
            `${src}:${line}: the index does not hold the text that was labelled. (record-mismatch)`,
          );
        if (report.memory === 'differs')
          terminal.out('What is held in memory differs from the journal on disk. (memory-differs)');
        terminal.out(
          `${counted(report.files, 'journal')}, ${counted(report.events, 'event')}, ${number(report.labelled)} labelled, ${counted(report.records, 'record')} looked up, ${counted(report.problems.length, 'bad line')}.`,
        );
      }
      return report.problems.length > 0 || report.mismatches.length > 0 || report.memory === 'differs'
        ? 1
        : 0;
    }),
};
