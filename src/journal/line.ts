/** One line of a journal: from text to an event that may be obeyed, or to the reason why not; and back. */
import {
  HIGHEST_LAMPORT,
  JOURNAL_VERSION,
  type JournalEvent,
  type Op,
  type Why,
} from '../core/records/event.ts';
import type { RecordRef } from '../core/records/record.ts';
import { isUuid } from '../core/records/uuid.ts';

/** Longer lines are not ours: a line of ours is a few hundred bytes, plus the text of a note. */
export const LONGEST_LINE = 1024 * 1024;

export type LineProblemCode =
  | 'json-syntax'
  | 'not-an-object'
  | 'version-missing'
  | 'newer-version'
  | 'unknown-op'
  | 'field-type'
  | 'line-too-long'
  | 'utf8-invalid'
  | 'merge-conflict'
  | 'torn-tail'
  | 'torn-line'
  | 'id-reused'
  | 'not-a-file'
  | 'unreadable';

/** Why a line is not obeyed. It stays in the file, byte for byte. */
export interface LineProblem {
  readonly code: LineProblemCode;
  /** A plain sentence that quotes nothing but field names, versions and ops. */
  readonly message: string;
}

/** Holds one copy of what nearly every line repeats: annotators, paths, label lists. */
export class LineReader {
  readonly #strings = new Map<string, string>();
  readonly #labels = new Map<string, readonly string[]>();

  /** @param line without its line end; not blank */
  read(line: string): JournalEvent | LineProblem {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return /^(<{7}|={7}|>{7}|\|{7})/.test(line)
        ? problem(
            'merge-conflict',
            'This is a mark of an unfinished git merge. The lines around it count; delete the mark.',
          )
        : cutOff(line)
          ? problem(
              'torn-line',
              'This line was cut off while it was written, before it was acknowledged as saved.',
            )
          : problem('json-syntax', 'This line is not JSON.');
    }
    if (!isObject(value)) return problem('not-an-object', 'This line is JSON, but not an object.');
    return this.#event(value);
  }

  #event(line: Record<string, unknown>): JournalEvent | LineProblem {
    const { v, id, lam, at, by, op } = line;
    if (!isCount(v) || v < 1) return problem('version-missing', 'This line has no format version in "v".');
    if (v > JOURNAL_VERSION) {
      return problem(
        'newer-version',
        `This line has format version ${v}, made by a newer Inkling; update to read it.`,
      );
    }
    if (!isText(op, 40)) return wrong('op');
    if (!isOp(op))
      return problem(
        'unknown-op',
        `This line has an act that this Inkling does not know: ${JSON.stringify(op)}.`,
      );
    if (typeof id !== 'string' || !isUuid(id)) return wrong('id');
    if (!isCount(lam) || lam > HIGHEST_LAMPORT) return wrong('lam');
    if (!isText(at, 40)) return wrong('at');
    if (!isText(by, 200)) return wrong('by');

    let of: string | undefined;
    let rec: RecordRef | undefined;
    if (op === 'undo') {
      if (typeof line.of !== 'string' || !isUuid(line.of)) return wrong('of');
      of = line.of;
    } else {
      rec = this.#ref(line.rec);
      if (!rec) return wrong('rec');
    }
    let labels: readonly string[] | undefined;
    if (op === 'label' || (op === 'confirm' && line.labels !== undefined)) {
      labels = this.#labelIds(line.labels);
      if (!labels) return wrong('labels');
    }
    let text: string | undefined;
    if (op === 'note') {
      if (typeof line.text !== 'string') return wrong('text');
      text = line.text;
    }
    const why = this.#why(line.why);
    return {
      v,
      id,
      lam,
      at,
      by: this.#one(by),
      op,
      ...(of !== undefined && { of }),
      ...(rec && { rec }),
      ...(labels && { labels }),
      ...(why && { why }),
      ...(text !== undefined && { text }),
    };
  }

  #ref(rec: unknown): RecordRef | undefined {
    if (!isObject(rec)) return undefined;
    const { hash, id, src, line, n } = rec;
    if (typeof hash !== 'string' || !/^[0-9a-f]{32}$/.test(hash)) return undefined;
    if (id !== undefined && !isText(id, 10_000)) return undefined;
    if (!isText(src, 10_000) || !isCount(line) || !isCount(n)) return undefined;
    const known = this.#one(src);
    return id === undefined ? { hash, src: known, line, n } : { hash, id, src: known, line, n };
  }

  #labelIds(labels: unknown): readonly string[] | undefined {
    if (!Array.isArray(labels) || labels.length > 1000) return undefined;
    if (!labels.every((label) => isText(label, 200))) return undefined;
    const key = labels.join('\n');
    const known = this.#labels.get(key);
    if (known && known.length === labels.length) return known;
    this.#labels.set(key, labels);
    return labels;
  }

  /** Provenance is never worth losing a label for: what does not fit is left out. */
  #why(why: unknown): Why | undefined {
    if (!isObject(why)) return undefined;
    const { purpose, strategy, utility, model, guess, p, guesses, shown, ms, batch } = why;
    const guessed = guesses === undefined ? undefined : this.#labelIds(guesses);
    return {
      ...(isPurpose(purpose) && { purpose }),
      ...(isText(strategy, 200) && { strategy: this.#one(strategy) }),
      ...(typeof utility === 'number' && { utility }),
      ...(typeof model === 'number' && { model }),
      ...(isText(guess, 200) && { guess: this.#one(guess) }),
      ...(typeof p === 'number' && { p }),
      ...(guessed && { guesses: guessed }),
      ...(typeof shown === 'boolean' && { shown }),
      ...(typeof ms === 'number' && { ms }),
      ...(isText(batch, 200) && { batch: this.#one(batch) }),
    };
  }

  #one(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }
}

export function isProblem(read: JournalEvent | LineProblem): read is LineProblem {
  return 'code' in read;
}

/** The line of an event, with its LF, fields in the order of the format's page. */
export function lineOf(event: JournalEvent): string {
  const { v, id, lam, at, by, op, of, rec, labels, why, text } = event;
  const place = rec && { hash: rec.hash, id: rec.id, src: rec.src, line: rec.line, n: rec.n };
  return `${JSON.stringify({ v, id, lam, at, by, op, of, rec: place, labels, why, text })}\n`;
}

const ops: ReadonlySet<string> = new Set<Op>([
  'label',
  'clear',
  'skip',
  'unsure',
  'flag',
  'unflag',
  'note',
  'confirm',
  'undo',
]);

function isOp(op: string): op is Op {
  return ops.has(op);
}

/** Whether a line begins like one of ours and then just ends, as a crash leaves it. */
function cutOff(line: string): boolean {
  return /^\{("|$)/.test(line) && !line.trimEnd().endsWith('}');
}

function isPurpose(value: unknown): value is NonNullable<Why['purpose']> {
  return value === 'audit' || value === 'train' || value === 'review' || value === 'search';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && value.length > 0;
}

function problem(code: LineProblemCode, message: string): LineProblem {
  return { code, message };
}

function wrong(field: string): LineProblem {
  return problem('field-type', `This line has no usable "${field}".`);
}
