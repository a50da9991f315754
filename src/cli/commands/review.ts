/** `inkling review`: the answers that need a second look. */
import type { ReviewItem } from '../../engine/review.ts';
import type { Command } from '../command.ts';
import { counted, jsonOption, updateIndex, withEngine } from './shared.ts';

export const review: Command = {
  name: 'review',
  summary: 'List answers that need a second look: stale, disputed, split, orphaned.',
  positionals: ['<folder>'],
  options: { json: jsonOption },
  details: `
stale     the text has changed since it was answered. The answer is kept and not trained on until it is confirmed
          or given anew. Only a hash of the earlier text was kept; where that text is still in the folder is said.
disputed  annotators differ. Nobody's answer counts until a later one settles it.
split     the label was split into others since. The answer is kept and not trained on until a new one is given.
orphan    the record is nowhere in the folder any more. The answers wait for its return.

With --json: one object a line: state, key, src, line, id, text, answers (by, at, labels) and, for stale ones,
was (hash, src, line, and now: where the earlier text is found). Settle them with "inkling label --stdin":
{"key": …, "confirm": true} for a stale one whose answer still holds, else {"key": …, "label": …}.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const counts = { stale: 0, disputed: 0, split: 0, orphan: 0 };
      for await (const item of engine.review()) {
        counts[item.state]++;
        terminal.out(args.flag('json') ? JSON.stringify(item) : said(item));
      }
      if (!args.flag('json')) {
        const all = counts.stale + counts.disputed + counts.split + counts.orphan;
        terminal.out(
          all === 0
            ? 'Nothing needs a second look.'
            : `${counts.stale} stale, ${counts.disputed} disputed, ${counts.split} split, ${counted(counts.orphan, 'orphan')}.`,
        );
      }
      return 0;
    }),
};

function said({ state, key, src, line, text, answers, was }: ReviewItem): string {
  const first = `${state} ${src}:${line}${key === undefined ? '' : `  ${key}`}`;
  const given = answers.map(
    ({ by, at, labels }) => `  ${by}, ${at.slice(0, 10)}: ${labels.join(', ') || 'none of the labels'}`,
  );
  const place = was && (was.now ? `still at ${was.now.src}:${was.now.line}` : 'gone');
  return [
    first,
    ...given,
    ...(text === undefined ? [] : [`  now: ${text.replace(/\s+/g, ' ').slice(0, 200)}`]),
    ...(place === undefined ? [] : [`  the earlier text is ${place}`]),
  ].join('\n');
}
