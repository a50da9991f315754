/** `inkling find`: records by words, label, state, file, and what the model says. */
import type { Command } from '../command.ts';
import { jsonOption, number, updateIndex, withEngine } from './shared.ts';

export const find: Command = {
  name: 'find',
  summary: 'Find records by words, label, state, file, or what the model says.',
  positionals: ['<folder>', '<query>'],
  options: {
    count: { type: 'string', short: 'n', value: 'N', help: 'how many to show; default 20' },
    json: jsonOption,
  },
  details: `
All words have to be in the text, in whatever order and form. Filters: label:NAME, file:PART and is:labelled,
is:unlabelled, is:none (no label applies), is:skipped, is:unsure, is:flagged, is:stale, is:disputed, is:split,
is:audit; guess:NAME and p:<0.6 or p:>90% for the model's guess and how sure it is. With --json: one object a line with
key, text, src, line and, where there is one, the label (labels, a list, where a record can have several).

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
        const names = engine.answerOf(row);
        if (args.flag('json')) {
          const answer = engine.project.multiLabel ? { labels: names } : { label: names?.[0] };
          terminal.out(JSON.stringify({ key, text, src: record.src, line: record.line, ...answer }));
        } else {
          terminal.out(
            `${record.src}:${record.line}${names ? ` [${names.join(', ') || 'none'}]` : ''}  ${text.replace(/\s+/g, ' ').slice(0, 160)}`,
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
