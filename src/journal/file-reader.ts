/** Reads one journal file: from its beginning, or on from where the last reading ended. Bad lines are reported. */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import type { JournalEvent } from '../core/records/event.ts';
import { isProblem, type LineProblem, type LineReader, LONGEST_LINE } from './line.ts';

export interface PlacedProblem extends LineProblem {
  /** 1-based. */
  readonly line: number;
}

/** What is known of a file after reading it. */
export interface ReadFile {
  /** Identity, size and time as they were when the reading began; together they say whether to read again. */
  readonly stamp: string;
  readonly inode: string;
  readonly size: number;
  /** Where the first line begins that was not complete yet. */
  readonly offset: number;
  /** How many lines end before `offset`. */
  readonly lines: number;
  /** The last bytes before `offset`, to notice when they are others next time. */
  readonly seal: Buffer;
  /** A line of a newer format is in it: this process must not write to it. */
  readonly newer: boolean;
  readonly problems: readonly PlacedProblem[];
  /** The problem of an unfinished last line. */
  readonly tail?: PlacedProblem;
}

export type Reading =
  /** Nothing has changed since `known`. */
  | { readonly kind: 'same'; readonly file: ReadFile }
  | { readonly kind: 'grown'; readonly file: ReadFile }
  /** The file holds other bytes than before; everything that was read from it is in question. */
  | { readonly kind: 'replaced' }
  /** Not there, or not a file. */
  | { readonly kind: 'missing'; readonly problem?: PlacedProblem };

/** A tenth of a second's work is too much for one go on the host's thread; this much takes a few milliseconds. */
const CHUNK = 256 * 1024;
const SEAL = 128;

/**
 * @param known what an earlier reading ended with; undefined reads all
 * @param take gets events in the order of the file, a chunk at a time, with the line of each
 */
export async function readJournalFile(
  path: string,
  known: ReadFile | undefined,
  reader: LineReader,
  take: (events: JournalEvent[], lines: number[]) => void,
): Promise<Reading> {
  const found = await openPlainFile(path, known);
  if (found === 'same') return { kind: 'same', file: known! };
  if (found === 'missing') return { kind: 'missing' };
  if (found === 'not-a-file') {
    const message = 'This is a link, a folder or a device, not a plain file; it is left alone.';
    return { kind: 'missing', problem: { code: 'not-a-file', message, line: 1 } };
  }
  try {
    const stat = await found.stat({ bigint: true });
    const size = Number(stat.size);
    const inode = `${stat.dev}:${stat.ino}`;
    const stamp = stampOf(stat);
    if (known && !(await continues(found, known, inode, size))) return { kind: 'replaced' };

    const problems: PlacedProblem[] = [...(known?.problems ?? [])];
    let newer = known?.newer ?? false;
    let lines = known?.lines ?? 0;
    let offset = known?.offset ?? 0;
    let events: JournalEvent[] = [];
    let eventLines: number[] = [];
    const readLine = (bytes: Uint8Array, line: number): LineProblem | undefined => {
      const read = readBytes(bytes, line, reader);
      if (!read) return undefined;
      if (isProblem(read)) {
        if (read.code === 'newer-version') newer = true;
        return read;
      }
      events.push(read);
      eventLines.push(line);
      return undefined;
    };

    // The bytes of a line that no chunk has ended yet; only counted once they are too many.
    let pending: Uint8Array[] = [];
    let pendingLength = 0;
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, size - offset)));
    for (let position = offset; position < size; ) {
      const { bytesRead } = await found.read(chunk, 0, Math.min(chunk.length, size - position), position);
      if (bytesRead === 0) break;
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < bytesRead; end = chunk.indexOf(10, start)) {
        const length = pendingLength + end - start;
        lines++;
        const bad =
          length > LONGEST_LINE ? tooLong : readLine(joined(pending, chunk.subarray(start, end)), lines);
        if (bad) problems.push({ ...bad, line: lines });
        pending = [];
        pendingLength = 0;
        start = end + 1;
        offset = position + start;
      }
      pendingLength += bytesRead - start;
      if (pendingLength > LONGEST_LINE) pending = [];
      else pending.push(Uint8Array.from(chunk.subarray(start, bytesRead)));
      position += bytesRead;
      if (events.length > 0) take(events, eventLines);
      events = [];
      eventLines = [];
    }

    // What follows the last LF counts when it is whole; it is read again when the file grows, as a copy.
    let tail: PlacedProblem | undefined;
    if (pendingLength > LONGEST_LINE) {
      tail = { ...tooLong, line: lines + 1 };
    } else if (pendingLength > 0) {
      const bad = readLine(joined(pending, new Uint8Array()), lines + 1);
      if (bad)
        tail = { ...(bad.code === 'json-syntax' || bad.code === 'torn-line' ? torn : bad), line: lines + 1 };
      if (events.length > 0) take(events, eventLines);
    }
    const seal = Buffer.alloc(Math.min(SEAL, offset));
    await found.read(seal, 0, seal.length, offset - seal.length);
    return {
      kind: 'grown',
      file: { stamp, inode, size, offset, lines, seal, newer, problems, ...(tail && { tail }) },
    };
  } finally {
    await found.close();
  }
}

/** Opens for reading what is a plain file and has changed, without following a link or waiting on a pipe. */
async function openPlainFile(
  path: string,
  known: ReadFile | undefined,
): Promise<FileHandle | 'same' | 'missing' | 'not-a-file'> {
  try {
    const stat = await lstat(path, { bigint: true });
    if (!stat.isFile()) return 'not-a-file';
    if (stampOf(stat) === known?.stamp) return 'same';
    const handle = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return 'not-a-file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'missing';
    if (code === 'ELOOP') return 'not-a-file';
    throw error;
  }
}

function stampOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}

/**
 * Whether the file still begins with what was read. Only the last bytes of that are compared: an edit further up that
 * keeps every length, made together with an append, goes unnoticed until the next start. Comparing a digest of the
 * whole would fix it, at the cost of reading the file again for every label that another window adds.
 */
async function continues(handle: FileHandle, known: ReadFile, inode: string, size: number): Promise<boolean> {
  if (inode !== known.inode || size <= known.size) return false;
  const now = Buffer.alloc(known.seal.length);
  await handle.read(now, 0, now.length, known.offset - now.length);
  return now.equals(known.seal);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readBytes(
  bytes: Uint8Array,
  line: number,
  reader: LineReader,
): JournalEvent | LineProblem | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { code: 'utf8-invalid', message: 'This line is not valid UTF-8.' };
  }
  // An editor may have put a byte order mark before the first line.
  if (line === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
  return text.trim() === '' ? undefined : reader.read(text);
}

function joined(pending: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  return pending.length === 0 ? last : Buffer.concat([...pending, last]);
}

const tooLong: LineProblem = {
  code: 'line-too-long',
  message: `This line is longer than ${LONGEST_LINE / 1024 / 1024} MiB; it is kept and not read.`,
};

const torn: LineProblem = {
  code: 'torn-tail',
  message: 'This last line was cut off while it was written; it was never acknowledged as saved.',
};
