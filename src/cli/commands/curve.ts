/** `inkling curve`: how good the model is, measured on the audit answers. */
import type { Command } from '../command.ts';
import { counted, jsonOption, percent, updateIndex, withEngine } from './shared.ts';

const BAR = 40;

export const curve: Command = {
  name: 'curve',
  summary: 'Show the learning curve: audited quality against labels.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
Accuracy and macro-F1 (micro- and macro-F1 where a record can have several labels) with their 95 % intervals, measured on answers to randomly drawn audit records that the
model never trains on, then each label's figures. With --json: the whole snapshot that the editor's panel shows,
with the confusion matrix, calibration, stopping criteria and forecast.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const snapshot = await engine.curve();
      if (args.flag('json')) {
        terminal.out(JSON.stringify(snapshot));
        return 0;
      }
      for (const finding of snapshot.findings) terminal.out(finding);
      const measure = snapshot.multiLabel ? 'micro-F1' : 'accuracy';
      if (snapshot.points.length > 0)
        terminal.out(`\n${'labels'.padStart(7)}  ${measure}  95 % interval      macro-F1`);
      for (const { labels, microF1, accuracy: whole, macroF1 } of snapshot.points) {
        const accuracy = microF1 ?? whole;
        const bar = '█'.repeat(Math.round(accuracy.value * BAR)).padEnd(BAR, '·');
        const interval = `${percent(accuracy.low)} – ${percent(accuracy.high)}`;
        terminal.out(
          `${String(labels).padStart(7)}  ${percent(accuracy.value).padStart(8)}  ${interval.padEnd(17)}  ${percent(macroF1.value).padStart(8)}  ${bar}`,
        );
      }
      if (snapshot.quality.length > 0) terminal.out('\nprecision  recall     F1  label');
      snapshot.quality.forEach(({ precision, recall, f1, support, guessed }, at) => {
        const shown = [
          { figure: precision, of: guessed, width: 9 },
          { figure: recall, of: support, width: 6 },
          { figure: f1, of: support + guessed, width: 5 },
        ].map(({ figure, of, width }) => (of > 0 ? percent(figure.value) : '–').padStart(width));
        terminal.out(`${shown.join('  ')}  ${snapshot.labels[at]?.name ?? ''}`);
      });
      terminal.out(
        `\n${counted(snapshot.trained, 'training answer')}, ${counted(snapshot.audited, 'audit answer')}, ${counted(snapshot.records, 'record')}.`,
      );
      return 0;
    }),
};
