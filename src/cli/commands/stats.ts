/** `inkling stats`: what the project holds. */
import { defined } from '../../core/defined.ts';
import { type AnnotatorAgreement, answersWith } from '../../protocol/curve.ts';
import type { Command } from '../command.ts';
import { counted, jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'Count files, records, answers per label, and what needs attention.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
Stale answers are those whose text has changed since; orphans those whose record is gone. Both are kept.
Where several annotators answered the same records, or one of them equal texts, it is said how far the answers agree.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const stats = await engine.stats();
      const agreement = await engine.agreement();
      if (args.flag('json')) {
        terminal.out(JSON.stringify({ ...stats, ...defined({ agreement }) }));
        return 0;
      }
      terminal.out(
        `${stats.project}: ${counted(stats.records, 'record')} in ${counted(stats.files, 'file')}, ${counted(stats.problems, 'problem')}`,
      );
      terminal.out(
        `${counted(stats.labelled, 'answer')}, ${number(stats.audited)} of them audit; ${number(stats.skipped)} skipped, ${number(stats.stale)} stale, ${number(stats.orphans)} orphaned`,
      );
      for (const label of stats.labels) terminal.out(`  ${label.name}: ${number(answersWith(label))}`);
      if (stats.none !== undefined) terminal.out(`  none of them: ${number(stats.none)}`);
      for (const line of agreement ? agreementLines(agreement) : []) terminal.out(line);
      return 0;
    }),
};

function agreementLines({ records, alpha, pairs, themselves }: AnnotatorAgreement): string[] {
  return [
    ...(alpha === undefined
      ? []
      : [`annotators agree with Krippendorff's alpha ${alpha.toFixed(2)} on ${counted(records, 'record')}`]),
    ...pairs.map(
      ({ a, b, records: both, kappa }) =>
        `  ${a} and ${b}: Cohen's kappa ${kappa.toFixed(2)} on ${counted(both, 'record')}`,
    ),
    ...themselves.map(
      ({ by, texts, same }) =>
        `  ${by}: the same answer for ${number(same)} of ${counted(texts, 'repeated text')}`,
    ),
  ];
}
