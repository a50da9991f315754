/** What people type to find records: words, and a few filters. Pure. */
import { UserError } from '../user-error.ts';
import { findLabel, type Label } from './label-set.ts';

export const RECORD_STATES = [
  'labelled',
  'unlabelled',
  'skipped',
  'none',
  'unsure',
  'flagged',
  'stale',
  'disputed',
  'split',
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
}

/**
 * Reads `late parcel label:delivery is:flagged file:2024/`. A value with spaces goes in double quotes:
 * `label:"not sure"`.
 *
 * @throws UserError `unknown-label`, `unknown-state`
 */
export function parseRecordQuery(text: string, labels: readonly Label[]): RecordQuery {
  const words: string[] = [];
  const wanted: string[] = [];
  const states: RecordStateName[] = [];
  let file: string | undefined;
  for (const [, name, quoted, plain, word] of text.matchAll(/(label|is|file):(?:"([^"]*)"|(\S+))|(\S+)/g)) {
    const value = quoted ?? plain ?? '';
    if (name === 'label') {
      const label = findLabel(labels, value);
      if (!label)
        throw new UserError('unknown-label', `"${value}" is not a label of this project`, 'Check its name.');
      wanted.push(label.id);
    } else if (name === 'is') {
      const state = RECORD_STATES.find((candidate) => candidate === value);
      if (!state)
        throw new UserError(
          'unknown-state',
          `"is:${value}" is unknown`,
          `There is ${RECORD_STATES.map((known) => `is:${known}`).join(', ')}.`,
        );
      states.push(state);
    } else if (name === 'file') file = value;
    else words.push(word!);
  }
  return { words: words.join(' '), labels: wanted, states, ...(file === undefined ? {} : { file }) };
}
