/** `inkling stats`: what the project holds. */
import type { Command } from '../command.ts';
import { counted, jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'Count files, records, answers per label, and what needs attention.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details:
    'Stale answers are those whose text has changed since; orphans those whose record is gone. Both are kept.',
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const stats = await engine.stats();
      if (args.flag('json')) {
        terminal.out(JSON.stringify(stats));
        return 0;
      }
      terminal.out(
        `${stats.project}: ${counted(stats.records, 'record')} in ${counted(stats.files, 'file')}, ${counted(stats.problems, 'problem')}`,
      );
      terminal.out(
        `${counted(stats.labelled, 'answer')}, ${number(stats.audited)} of them audit; ${number(stats.skipped)} skipped, ${number(stats.stale)} stale, ${number(stats.orphans)} orphaned`,
      );
      for (const { name, trained, audited } of stats.labels)
        terminal.out(`  ${name}: ${number(trained + audited)}`);
      if (stats.none !== undefined) terminal.out(`  none of them: ${number(stats.none)}`);
      return 0;
    }),
};
