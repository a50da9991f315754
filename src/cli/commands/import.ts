/** `inkling import`: labels from a file. */
import { defined } from '../../core/defined.ts';
import type { ImportPreview } from '../../engine/import.ts';
import type { Command } from '../command.ts';
import { annotatorOption, counted, jsonOption, updateIndex, withEngine } from './shared.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Take labels from an export, or from any JSONL or CSV with an id or text and a label.',
  positionals: ['<folder>', '<file>'],
  options: {
    id: { type: 'string', value: 'FIELD', help: 'the field that holds the id; default: guessed' },
    text: { type: 'string', value: 'FIELD', help: 'the field that holds the text; default: guessed' },
    label: { type: 'string', value: 'FIELD', help: 'the field that holds the label; default: guessed' },
    'add-labels': { type: 'boolean', help: 'add label names that the project does not know yet' },
    'dry-run': { type: 'boolean', help: 'only say what matches and what does not' },
    annotator: annotatorOption,
    json: jsonOption,
  },
  details: `
Rows that match no record, or name an unknown label, are counted and shown with the reason; the others are
saved. Importing the same export twice adds nothing.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const options = {
        ...defined({ id: args.text('id'), text: args.text('text'), label: args.text('label') }),
        addLabels: args.flag('add-labels'),
      };
      const file = args.positionals[1]!;
      const say = (report: ImportPreview) => {
        if (args.flag('json')) terminal.out(JSON.stringify(report));
        else for (const sentence of report.sentences) terminal.out(sentence);
      };
      if (args.flag('dry-run')) {
        say(await engine.previewImport(file, options));
        return 0;
      }
      const report = await engine.importLabels(file, options);
      say(report);
      if (!args.flag('json')) terminal.out(`Saved ${counted(report.saved, 'label')}.`);
      return 0;
    }),
};
