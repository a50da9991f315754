/** `inkling labels`: shows and changes the label set. */

import type { LabelEdit } from '../../core/records/label-edits.ts';
import { UserError } from '../../core/user-error.ts';
import type { Engine } from '../../engine/engine.ts';
import { newLabel } from '../../engine/project-file.ts';
import { answersWith } from '../../protocol/curve.ts';
import type { Arguments, Command } from '../command.ts';
import { counted, jsonOption, updateIndex, withEngine } from './shared.ts';

export const labels: Command = {
  name: 'labels',
  summary: 'Show the labels with their answers; add, rename, merge, split or retire one.',
  positionals: ['<folder>'],
  options: {
    add: { type: 'string', value: 'NAME', help: 'add a label' },
    rename: { type: 'string', value: 'OLD=NEW', help: 'give a label another name; its answers go along' },
    merge: { type: 'string', value: 'A=B', help: 'let B answer for A from now on; revive A to undo it' },
    split: {
      type: 'string',
      value: 'A=B,C',
      help: 'let new labels take the place of A; its records are asked about again',
    },
    retire: { type: 'string', value: 'NAME', help: 'take no new answers; the old ones stay' },
    revive: { type: 'string', value: 'NAME', help: 'bring a retired or merged label back, with its answers' },
    json: jsonOption,
  },
  details: `
Nothing is ever deleted: labels keep their ids, and answers name ids. Without a change the labels are listed.

  inkling labels reviews --rename complaint=criticism`,
  run: (args, terminal) =>
    withEngine(args, terminal, async (engine) => {
      const edit = editOf(args, engine);
      if (edit) await engine.changeLabels(edit);
      await updateIndex(engine, terminal);
      const answers = new Map(engine.stats().labels.map((label) => [label.id, answersWith(label)]));
      const rows = engine.project.labels.map((label) => ({ ...label, answers: answers.get(label.id) ?? 0 }));
      if (args.flag('json')) {
        terminal.out(JSON.stringify(rows));
        return 0;
      }
      for (const { name, answers: count, retired, mergedInto, splitInto } of rows) {
        const namesOf = (ids: readonly string[]) =>
          ids.map((id) => rows.find((row) => row.id === id)?.name ?? id).join(', ');
        let state = retired ? ' (retired)' : '';
        if (mergedInto !== undefined) state = ` (merged into ${namesOf([mergedInto])})`;
        else if (splitInto) state = ` (split into ${namesOf(splitInto)})`;
        terminal.out(`${name}${state}: ${counted(count, 'answer')}`);
      }
      return 0;
    }),
};

function editOf(args: Arguments, engine: Engine): LabelEdit | undefined {
  const wanted = (['add', 'rename', 'merge', 'split', 'retire', 'revive'] as const).filter(
    (name) => args.text(name) !== undefined,
  );
  if (wanted.length > 1)
    throw new UserError('usage', 'Give one change at a time', `Leave out --${wanted[1]}.`);
  const [kind] = wanted;
  if (kind === undefined) return undefined;
  const given = args.required(kind);
  if (kind === 'add') return { kind, added: newLabel(given) };
  if (kind === 'retire' || kind === 'revive') return { kind, label: engine.labelNamed(given).id };
  const at = given.indexOf('=');
  if (at < 1)
    throw new UserError(
      'usage',
      `--${kind} takes names with "=" between them`,
      kind === 'split' ? 'For example --split old=one,another.' : `For example --${kind} old=new.`,
    );
  const label = engine.labelNamed(given.slice(0, at)).id;
  const other = given.slice(at + 1);
  if (kind === 'split') {
    const into = other.split(',').map((name) => newLabel(name.trim()));
    return { kind, label, into };
  }
  return kind === 'rename'
    ? { kind, label, name: other }
    : { kind, label, into: engine.labelNamed(other).id };
}
