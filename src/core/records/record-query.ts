/** What people type to find records: words, and a few filters. Pure. */
import { defined } from '../defined.ts';
import { UserError } from '../user-error.ts';
import { findLabel, isUnder, type Label } from './label-set.ts';

export const RECORD_STATES = [
  'labelled',
  'unlabelled',
  'none',
  'skipped',
  'unsure',
  'flagged',
  'stale',
  'disputed',
  'split',
  /** Answered, and of the audit set. */
  'audit',
] as const;

export type RecordStateName = (typeof RECORD_STATES)[number];

export interface RecordQuery {
  /** All of these words have to be in the text, in whatever order. Empty: any text. */
  readonly words: string;
  /** Ids; the answer is one of these. Empty: any. */
  readonly labels: readonly string[];
  /** All of these hold. */
  readonly states: readonly RecordStateName[];
  /** Part of the file's path. */
  readonly file?: string;
  /** The place of a record: those most like it, in that order. */
  readonly like?: { readonly src: string; readonly line: number };
  /** Ids; the model guesses one of these. Empty: any. */
  readonly guesses: readonly string[];
  /** The probability of the model's guess lies strictly between these; absent: wherever it lies. */
  readonly probability?: { readonly above: number; readonly below: number };
}

/** Whether the model has to be asked. */
export function needsGuesses({ guesses, probability }: RecordQuery): boolean {
  return guesses.length > 0 || probability !== undefined;
}

/**
 * Reads `late parcel label:delivery is:flagged file:2024/ guess:delivery p:<0.6 like:mail.jsonl:12`. A value with spaces goes in double quotes:
 * `label:"not sure"`.
 *
 * @throws UserError `unknown-label`, `unknown-state`, `unknown-probability`, `unknown-place`
 */
export function parseRecordQuery(text: string, labels: readonly Label[]): RecordQuery {
  const words: string[] = [];
  const wanted: string[] = [];
  const states: RecordStateName[] = [];
  const guesses: string[] = [];
  let probability: RecordQuery['probability'];
  let like: RecordQuery['like'];
  let file: string | undefined;
  for (const [, name, quoted, plain, word] of text.matchAll(
    /(label|guess|is|file|p|like):(?:"([^"]*)"|(\S+))|(\S+)/g,
  )) {
    const value = quoted ?? plain ?? '';
    if (name === 'label' || name === 'guess') {
      (name === 'label' ? wanted : guesses).push(...labelsNamed(labels, value));
    } else if (name === 'is') {
      const state = RECORD_STATES.find((candidate) => candidate === value);
      if (!state)
        throw new UserError(
          'unknown-state',
          `"is:${value}" is unknown`,
          `There is ${RECORD_STATES.map((known) => `is:${known}`).join(', ')}.`,
        );
      states.push(state);
    } else if (name === 'p') probability = narrowed(probability, value);
    else if (name === 'like') like = placeIn(value);
    else if (name === 'file') file = value;
    else words.push(word!);
  }
  return {
    words: words.join(' '),
    labels: wanted,
    guesses,
    states,
    ...defined({ file, probability, like }),
  };
}

/** The ids of a label and of all whose path leads through it. */
function labelsNamed(labels: readonly Label[], name: string): string[] {
  const ids = new Set(labels.filter((label) => isUnder(label.name, name)).map(({ id }) => id));
  const found = findLabel(labels, name);
  if (found) ids.add(found.id);
  if (ids.size > 0) return [...ids];
  throw new UserError('unknown-label', `"${name}" is not a label of this project`, 'Check its name.');
}

function placeIn(value: string): NonNullable<RecordQuery['like']> {
  const [, src, line] = /^(.+):(\d{1,9})$/.exec(value) ?? [];
  if (src !== undefined && line !== undefined) return { src, line: Number(line) };
  throw new UserError('unknown-place', `"like:${value}" names no record`, 'Write like:FILE:LINE.');
}

function narrowed(before: RecordQuery['probability'], value: string): RecordQuery['probability'] {
  const [, sign, number] = /^([<>])(0?\.\d+|[01]|\d{1,3}%)$/.exec(value) ?? [];
  if (!sign || !number) {
    throw new UserError('unknown-probability', `"p:${value}" is unknown`, 'There is p:<0.6 and p:>0.9.');
  }
  const limit = number.endsWith('%') ? Number.parseInt(number, 10) / 100 : Number(number);
  const { above, below } = before ?? { above: -1, below: 2 };
  return sign === '>' ? { above: Math.max(above, limit), below } : { above, below: Math.min(below, limit) };
}
