/** `inkling review`: the answers that need a second look. */
import type { ReviewItem } from '../../engine/review.ts';
import type { Command } from '../command.ts';
import { counted, jsonOption, percent, updateIndex, withEngine } from './shared.ts';

export const review: Command = {
  name: 'review',
  summary: 'List answers that need a second look: stale, disputed, split, orphaned.',
  positionals: ['<folder>'],
  options: {
    suspects: {
      type: 'boolean',
      help: 'list answers that are likely wrong too, those first of which the model is surest',
    },
    json: jsonOption,
  },
  details: `
stale     the text has changed since it was answered. The answer is kept and not trained on until it is confirmed
          or given anew. The earlier text is shown where the answer was given in the editor, and where it is in the folder.
disputed  annotators differ. Nobody's answer counts until a later one settles it.
split     the label was split into others since. The answer is kept and not trained on until a new one is given.
orphan    the record is nowhere in the folder any more. The answers wait for its return.
suspect   with --suspects: models that have not learned from the answer are sure of another label. Some of these are
          slips; many are just hard, so nothing is changed by itself. Takes seconds with thousands of answers.

With --json: one object a line: state, key, src, line, id, text, answers (by, at, labels) and, for stale ones,
was (hash, src, line, text if known, now: where the earlier text is found), for suspects likely (label, p). Settle them with "inkling label --stdin":
{"key": …, "confirm": true} for a stale one whose answer still holds, else {"key": …, "label": …}.`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      const counts = { stale: 0, disputed: 0, split: 0, orphan: 0, suspect: 0 };
      const wantsSuspects = args.flag('suspects');
      for (const items of [engine.review(), ...(wantsSuspects ? [engine.suspects()] : [])]) {
        for await (const item of items) {
          counts[item.state]++;
          terminal.out(args.flag('json') ? JSON.stringify(item) : said(item));
        }
      }
      if (!args.flag('json')) {
        const all = counts.stale + counts.disputed + counts.split + counts.orphan + counts.suspect;
        terminal.out(
          all === 0
            ? 'Nothing needs a second look.'
            : `${counts.stale} stale, ${counts.disputed} disputed, ${counts.split} split, ${counted(counts.orphan, 'orphan')}${wantsSuspects ? `, ${counted(counts.suspect, 'suspect')}` : ''}.`,
        );
      }
      return 0;
    }),
};

function said({ state, key, src, line, text, answers, was, likely }: ReviewItem): string {
  const first = `${state} ${src}:${line}${key === undefined ? '' : `  ${key}`}`;
  const given = answers.map(
    ({ by, at, labels }) => `  ${by}, ${at.slice(0, 10)}: ${labels.join(', ') || 'none of the labels'}`,
  );
  const place = was?.now ? `still at ${was.now.src}:${was.now.line}` : was && !was.text ? 'gone' : undefined;
  return [
    first,
    ...given,
    ...(was?.text === undefined ? [] : [`  was: ${onOneLine(was.text)}`]),
    ...(text === undefined ? [] : [`  now: ${onOneLine(text)}`]),
    ...(likely === undefined ? [] : [`  rather ${likely.label} (${percent(likely.p)})?`]),
    ...(place === undefined ? [] : [`  the earlier text is ${place}`]),
  ].join('\n');
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
