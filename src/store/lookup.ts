/**
 * Finds rows by a text's hash or by a source's own id, without an index of SQLite's: a row a record in a B-tree, in no
 * order, would cost more than all other indexing together.
 *
 * Entries are (key, row), sorted by key, in pages of a few hundred. What a commit adds is sorted and merged into a level
 * that is large enough for it (O'Neil and others 1996, the log-structured merge-tree): level L holds up to 4096 × 4^L
 * entries, so an entry is written a few times at most and a search looks into as many pages as there are levels.
 * Keys are 32 bits and rows may be gone: whoever searches looks at what is found.
 */
import { type KernelMemory, loadKernel } from '../core/kernels/kernel.ts';
import recordsKernel from '../core/kernels/records.wasm.ts';
import type { SqlDriver } from './driver.ts';

/** What an entry is found by. */
export const BY_HASH = 0;
export const BY_ID = 1;
export type LookupKind = typeof BY_HASH | typeof BY_ID;

/** How many keys there can be. */
const KEYS = 2 ** 32;
const PAGE_ENTRIES = 256;
const LOWEST_LEVEL_ENTRIES = 4096;
const LEVEL_FACTOR = 16;
/** Enough for 268 million entries; the last takes any number. */
const LEVELS = 5;

/** A hash as a key: its first four bytes, little-endian. @param at where it begins */
export function hashKey(hash: Uint8Array, at = 0): number {
  return (hash[at]! | (hash[at + 1]! << 8) | (hash[at + 2]! << 16) | (hash[at + 3]! << 24)) >>> 0;
}

/** An id as a key (FNV-1a over UTF-16 units, mixed once more). */
export function idKey(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `idKey` of ids that lie in a memory in UTF-8, by kernels/records.ts. */
export function placedIdKeys({ memory }: KernelMemory): (address: number, length: number) => number {
  const kernel = loadKernel<{ idKey(id: number, length: number): number }>(recordsKernel, memory);
  return (address, length) => kernel.idKey(address, length) >>> 0;
}

/** Entries of one kind that wait for the next commit, and the levels of those before. */
export class LookupWriter {
  readonly #kind: LookupKind;
  readonly #sql: ReturnType<typeof prepare>;
  #keys = new Uint32Array(4096);
  #rows = new Uint32Array(4096);
  #count = 0;
  #levelCounts: number[] = [];

  constructor(db: SqlDriver, kind: LookupKind) {
    this.#kind = kind;
    this.#sql = prepare(db);
    this.load();
  }

  /** Rows are added in ascending order. */
  add(key: number, row: number): void {
    if (this.#count === this.#keys.length) {
      this.#keys = doubled(this.#keys);
      this.#rows = doubled(this.#rows);
    }
    this.#keys[this.#count] = key;
    this.#rows[this.#count++] = row;
  }

  /** Writes what waits, within the transaction that is open. @param generation that the transaction makes */
  flush(generation: number): void {
    if (this.#count === 0) return;
    let entries = sorted(this.#keys.subarray(0, this.#count), this.#rows.subarray(0, this.#count));
    let level = 0;
    let total = this.#count + this.#countAt(0);
    while (total > LOWEST_LEVEL_ENTRIES * LEVEL_FACTOR ** level && level < LEVELS - 1)
      total += this.#countAt(++level);
    for (let lower = 0; lower <= level; lower++) {
      if (this.#countAt(lower) === 0) continue;
      entries = merged(this.#read(lower), entries);
      this.#sql.drop.run(...this.#pagesOf(lower));
      this.#sql.setVersion.run(versionName(this.#kind, lower), generation);
      this.#levelCounts[lower] = 0;
    }
    this.#write(level, entries);
    this.#sql.setVersion.run(versionName(this.#kind, level), generation);
    this.#levelCounts[level] = total;
    this.#count = 0;
  }

  /** Takes over what is committed, and forgets what waits. */
  load(): void {
    this.#count = 0;
    this.#levelCounts = [];
    for (let level = 0; level < LEVELS; level++) {
      this.#levelCounts[level] = this.#sql.count.get(...this.#pagesOf(level))!.count ?? 0;
    }
  }

  #pagesOf(level: number): [first: number, last: number] {
    const first = firstPage(this.#kind, level);
    return [first, first + KEYS - 1];
  }

  #countAt(level: number): number {
    return this.#levelCounts[level] ?? 0;
  }

  #read(level: number): Entries {
    return entriesOf(this.#sql.pages.all(...this.#pagesOf(level)));
  }

  #write(level: number, { keys, rows }: Entries): void {
    for (let start = 0; start < keys.length; ) {
      // Entries of one key stay on one page, because a page is named by its first key.
      let end = Math.min(keys.length, start + PAGE_ENTRIES);
      while (end < keys.length && keys[end] === keys[end - 1]) end++;
      const page = firstPage(this.#kind, level) + keys[start]!;
      this.#sql.add.run(page, bytes(keys, start, end), bytes(rows, start, end));
      start = end;
    }
  }
}

/**
 * Searches the entries. A reader keeps them in memory, 8 bytes an entry, and reads a level again when it has changed:
 * for thousands of answers at a time it is asked where their records are, mostly before these are there.
 */
export class LookupReader {
  readonly #db: SqlDriver;
  readonly #kind: LookupKind;
  #sql: ReturnType<typeof prepareReading> | undefined;
  readonly #levels: (Entries & { readonly version: number })[] = [];
  #seen = -1;

  constructor(db: SqlDriver, kind: LookupKind) {
    this.#db = db;
    this.#kind = kind;
  }

  /** The rows that were added under this key, ascending; some may be gone, and some may be another text's or id's. */
  rowsOf(key: number): number[] {
    this.#sql ??= prepareReading(this.#db);
    const { data_version } = this.#sql.seen.get()!;
    if (data_version !== this.#seen) this.#refresh(this.#sql);
    this.#seen = data_version;
    const found: number[] = [];
    for (const { keys, rows } of this.#levels) {
      let low = 0;
      let high = keys.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (keys[middle]! < key) low = middle + 1;
        else high = middle;
      }
      for (; keys[low] === key && low < rows.length; low++) found.push(rows[low]!);
    }
    return found.sort((a, b) => a - b);
  }

  #refresh({ version: versionOf, pages }: ReturnType<typeof prepareReading>): void {
    for (let level = 0; level < LEVELS; level++) {
      const version = versionOf.get(versionName(this.#kind, level))?.value ?? 0;
      if (this.#levels[level]?.version === version) continue;
      const first = firstPage(this.#kind, level);
      this.#levels[level] = { version, ...entriesOf(pages.all(first, first + KEYS - 1)) };
    }
  }
}

interface LookupPage {
  readonly keys: Uint8Array;
  readonly rows: Uint8Array;
}

/** Where the index keeps the generation that wrote a level last. */
function versionName(kind: LookupKind, level: number): string {
  return `lookup-${kind}-${level}`;
}

/** Pages are numbered by kind, level and their first key, so that they lie in that order. */
function firstPage(kind: LookupKind, level: number): number {
  return (kind * LEVELS + level) * KEYS;
}

interface Entries {
  readonly keys: Uint32Array;
  readonly rows: Uint32Array;
}

function prepare(db: SqlDriver) {
  return {
    count: db.prepare<{ count: number | null }>(
      'SELECT sum(length(keys)) / 4 AS count FROM lookup WHERE page BETWEEN ? AND ?',
    ),
    pages: db.prepare<LookupPage>(PAGES),
    drop: db.prepare('DELETE FROM lookup WHERE page BETWEEN ? AND ?'),
    add: db.prepare('INSERT INTO lookup VALUES (?, ?, ?)'),
    setVersion: db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
  };
}

const PAGES = 'SELECT keys, rows FROM lookup WHERE page BETWEEN ? AND ? ORDER BY page';

function prepareReading(db: SqlDriver) {
  return {
    // Changes with every commit of another connection.
    seen: db.prepare<{ data_version: number }>('PRAGMA data_version'),
    version: db.prepare<{ value: number }>('SELECT value FROM meta WHERE name = ?'),
    pages: db.prepare<LookupPage>(PAGES),
  };
}

function entriesOf(pages: readonly LookupPage[]): Entries {
  return { keys: joined(pages.map(({ keys }) => keys)), rows: joined(pages.map(({ rows }) => rows)) };
}

/** By key, rows in the order they came: two passes of 16 bits. */
function sorted(keys: Uint32Array, rows: Uint32Array): Entries {
  let from: Entries = { keys, rows };
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(0x10001);
    for (const key of from.keys) starts[((key >>> shift) & 0xffff) + 1]!++;
    for (let digit = 1; digit <= 0x10000; digit++) starts[digit]! += starts[digit - 1]!;
    const to: Entries = { keys: new Uint32Array(keys.length), rows: new Uint32Array(keys.length) };
    for (let i = 0; i < keys.length; i++) {
      const key = from.keys[i]!;
      const place = starts[(key >>> shift) & 0xffff]!++;
      to.keys[place] = key;
      to.rows[place] = from.rows[i]!;
    }
    from = to;
  }
  return from;
}

function merged(older: Entries, newer: Entries): Entries {
  const length = older.keys.length + newer.keys.length;
  const keys = new Uint32Array(length);
  const rows = new Uint32Array(length);
  let a = 0;
  let b = 0;
  for (let i = 0; i < length; i++) {
    const takesOlder = b === newer.keys.length || (a < older.keys.length && older.keys[a]! <= newer.keys[b]!);
    keys[i] = takesOlder ? older.keys[a]! : newer.keys[b]!;
    rows[i] = takesOlder ? older.rows[a++]! : newer.rows[b++]!;
  }
  return { keys, rows };
}

function joined(parts: readonly Uint8Array[]): Uint32Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + (part.length & ~3), 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part.subarray(0, part.length & ~3), filled);
    filled += part.length & ~3;
  }
  return new Uint32Array(whole.buffer);
}

function bytes(values: Uint32Array, start: number, end: number): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset + start * 4, (end - start) * 4);
}

function doubled(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}
