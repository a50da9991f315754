/** `inkling find`: records by words, label, state and file. */
import type { Command } from '../command.ts';
import { jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const find: Command = {
  name: 'find',
  summary: 'Find records by words, label, state or file.',
  positionals: ['<folder>', '<query>'],
  options: {
    count: { type: 'string', short: 'n', value: 'N', help: 'how many to show; default 20' },
    json: jsonOption,
  },
  details: `
All words have to be in the text, in whatever order and form. Filters: label:NAME, file:PART and is:labelled,
is:unlabelled, is:skipped, is:unsure, is:flagged, is:stale, is:disputed. With --json: one object a line with
key, text, src, line and, where there is one, the label.

  inkling find reviews 'late parcel is:unlabelled' --json`,
  async run(args, terminal) {
    const count = args.count('count', 20);
    return withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const rows = await engine.find(args.positionals[1]!);
      for (const row of rows.slice(0, count)) {
        const content = await engine.index.content(row);
        if (!content) continue;
        const { key, text, record } = content;
        const label = engine.stateOf(row)?.labels?.map((id) => engine.labelNamed(id).name)[0];
        if (args.flag('json')) {
          terminal.out(
            JSON.stringify({ key, text, src: record.src, line: record.line, ...(label ? { label } : {}) }),
          );
        } else {
          terminal.out(
            `${record.src}:${record.line}${label ? ` [${label}]` : ''}  ${text.replace(/\s+/g, ' ').slice(0, 160)}`,
          );
        }
      }
      terminal.err(
        `${number(rows.length)} found${rows.length > count ? `, the first ${number(count)} shown` : ''}.`,
      );
      return 0;
    });
  },
};
