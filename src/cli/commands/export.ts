/** `inkling export`: the labels as JSONL. */
import type { Command } from '../command.ts';
import { counted, jsonOption, updateIndex, withEngine } from './shared.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write the labels to a JSONL file.',
  positionals: ['<folder>'],
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where to write; required' },
    fields: { type: 'boolean', help: "include each record's other fields" },
    orphans: { type: 'boolean', help: 'include answers whose record is gone (without text)' },
    synthetic: { type: 'boolean', help: 'include records that "inkling synthesize" made' },
    overwrite: { type: 'boolean', help: 'replace a file that is not an export of Inkling' },
    json: jsonOption,
  },
  details: `
One object a labelled record: id, text, label (labels, a list, where a record can have several) and, under meta,
where it came from, who answered, when, and whether the record is still as it was (attached, follows, stale, orphan).
The file appears whole or not at all.`,
  async run(args, terminal) {
    const output = args.required('output');
    return withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const report = await engine.exportLabels(output, {
        fields: args.flag('fields'),
        orphans: args.flag('orphans'),
        synthetic: args.flag('synthetic'),
        overwrite: args.flag('overwrite'),
      });
      if (args.flag('json')) terminal.out(JSON.stringify(report));
      else terminal.out(`Wrote ${counted(report.written, 'label')} to ${output}.`);
      return 0;
    });
  },
};
