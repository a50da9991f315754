/** What a record is and how it is named: one text to label, found in a file, recognised by its text. */

/** Where the index keeps a record: a positive integer, never reused within one index, ascending as records are added. */
export type Row = number;

/**
 * A record's stable name outside the index: `<hash>.<n>@<src>`, readable and made of nothing but facts about
 * the source, so that two processes give one record the same key without asking each other.
 */
export type RecordKey = string;

/** What a journal event says of its record (`rec` in the journal). */
export interface RecordRef {
  /** The first 32 hex digits of the SHA-256 of the exact text in UTF-8. */
  readonly hash: string;
  /** The source's own id exactly as written there, where it has one. */
  readonly id?: string;
  /** The file's path relative to the workspace folder, with `/` between parts. */
  readonly src: string;
  /** The 1-based line on which the record begins; for people, never for identity. */
  readonly line: number;
  /** The occurrence number, from 0, among equal hashes in that file. */
  readonly n: number;
}

/** A record as the index knows it. Its text stays in its file. */
export interface IndexedRecord extends RecordRef {
  readonly row: Row;
  /** Where the record's bytes begin in the file. */
  readonly offset: number;
  /** How many bytes they are, without the line end. */
  readonly length: number;
  /** The keyed hash that decides audit membership: an unsigned 32-bit integer (see `audit.ts`). */
  readonly auditRank: number;
}

export function recordKey(ref: Pick<RecordRef, 'hash' | 'n' | 'src'>): RecordKey {
  return `${ref.hash}.${ref.n}@${ref.src}`;
}

/** The parts of a key, or undefined when the string is not one. */
export function parseRecordKey(key: string): Pick<RecordRef, 'hash' | 'n' | 'src'> | undefined {
  const match = /^([0-9a-f]{32})\.(\d{1,15})@(.+)$/s.exec(key);
  if (!match) return undefined;
  return { hash: match[1]!, n: Number(match[2]), src: match[3]! };
}
