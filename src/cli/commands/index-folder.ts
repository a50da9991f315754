/** `inkling index`: brings the index up to date and lists what could not be read. */
import type { Command } from '../command.ts';
import { counted, jsonOption, number, updateIndex, withEngine } from './shared.ts';

const SHOWN_PROBLEMS = 20;

export const index: Command = {
  name: 'index',
  summary: 'Read the records of a folder; unchanged files cost nothing.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
A row that can't be read is listed with file, line, column, code and a sentence; its neighbours are indexed.
With --json: one object with the counts and every problem. The exit code is 0 also when there are problems.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      const report = await updateIndex(engine, terminal);
      if (args.flag('json')) {
        terminal.out(
          JSON.stringify({ ...report, problemList: engine.index.problems(Number.MAX_SAFE_INTEGER) }),
        );
        return 0;
      }
      const seconds = Math.max(report.ms, 1) / 1000;
      terminal.out(
        `${counted(report.records, 'record')} in ${counted(report.files, 'file')}` +
          (report.filesRead > 0
            ? `; read ${counted(report.filesRead, 'file')}, ${(report.bytesRead / 1e6).toFixed(1)} MB, in ${seconds.toFixed(2)} s`
            : '; nothing has changed'),
      );
      const problems = engine.index.problems(SHOWN_PROBLEMS);
      for (const { src, line, column, code, message } of problems) {
        terminal.out(`${src}:${line}:${column}: ${message} (${code})`);
      }
      if (report.problems > problems.length) {
        terminal.out(`… and ${number(report.problems - problems.length)} more problems: see --json.`);
      }
      return 0;
    }),
};
