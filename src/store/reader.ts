/** Reads the index: any number of readers in any process, never waiting for the writer. */
import { existsSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { FileLayout, Problem } from '../core/formats/format.ts';
import { largeArray } from '../core/kernels/large.ts';
import { type IndexedRecord, parseRecordKey, type RecordKey, type Row } from '../core/records/record.ts';
import { UserError } from '../core/user-error.ts';
import { BlockRoom, decodeAuditRanks, decodeBlock, type TermBlock } from './block.ts';
import { type DriverName, openSqlite, type SqlDriver, type SqlStatement, type SqlValue } from './driver.ts';
import { BY_HASH, BY_ID, hashKey, idKey, LookupReader } from './lookup.ts';
import { APPLICATION_ID, COUNT_ALL, SCHEMA_VERSION } from './schema.ts';
import { Segment, type SegmentColumns } from './segment.ts';

export interface SourceFile {
  readonly src: string;
  /** `reading` until its last record is in; `skipped` files have a problem that says why. */
  readonly state: 'reading' | 'read' | 'skipped';
  readonly layout: FileLayout;
  readonly records: number;
  readonly problems: number;
}

export interface Counts {
  readonly files: number;
  readonly records: number;
  readonly problems: number;
}

export interface LiveRows {
  /** Ascending. */
  readonly rows: Uint32Array;
  /** The audit rank of each. */
  readonly auditRanks: Uint32Array;
}

/**
 * Readers wait this long at most, in milliseconds. In WAL mode they have to only while a crash is recovered, and while the
 * last process that leaves puts the log into the index: no time at all, unless the machine is busy.
 */
const READER_BUSY_TIMEOUT = 2000;

const MOST_KNOWN = 4096;

export class IndexReader {
  readonly #path: string;
  readonly #inode: bigint;
  readonly #db: SqlDriver;
  readonly #byHash: LookupReader;
  readonly #byId: LookupReader;
  readonly #statements = new Map<string, SqlStatement<unknown>>();
  /** Single records looked up since the last commit of anybody's: a queue asks for the same ones with every answer. */
  readonly #known = new Map<Row, IndexedRecord | undefined>();
  #knownIn: number | undefined;

  /**
   * @throws UserError `index-absent` when nothing was indexed yet, `index-foreign` when the file is not an index
   *   of this version (the indexer will build it anew)
   */
  static open(path: string, driver?: DriverName): IndexReader {
    if (!existsSync(path)) throw absent(path);
    const db = openSqlite(path, { readOnly: true, busyTimeout: READER_BUSY_TIMEOUT }, driver);
    try {
      const { application_id } = db.prepare<{ application_id: number }>('PRAGMA application_id').get()!;
      const { user_version } = db.prepare<{ user_version: number }>('PRAGMA user_version').get()!;
      if (application_id === 0 && user_version === 0) throw absent(path);
      if (application_id !== APPLICATION_ID || user_version !== SCHEMA_VERSION) {
        throw new UserError('index-foreign', `${path} is not an index of this version of Inkling`, WAY_OUT);
      }
      return new IndexReader(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  private constructor(path: string, db: SqlDriver) {
    this.#path = path;
    this.#inode = statSync(path, { bigint: true }).ino;
    this.#db = db;
    this.#byHash = new LookupReader(db, BY_HASH);
    this.#byId = new LookupReader(db, BY_ID);
  }

  /** False once the file was moved aside or deleted: open another reader then. */
  isCurrent(): boolean {
    return statSync(this.#path, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** Raised by every commit that changes records. */
  generation(): number {
    return this.#get<{ value: number }>(`SELECT value FROM meta WHERE name = 'generation'`)?.value ?? 0;
  }

  counts(): Counts {
    // Copied, because node:sqlite gives objects without a prototype.
    const counts = this.#get<Counts>(COUNT_ALL)!;
    return { ...counts };
  }

  record(row: Row): IndexedRecord | undefined {
    const version = this.#get<{ data_version: number }>('PRAGMA data_version')!.data_version;
    if (version !== this.#knownIn || this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#knownIn = version;
    let record = this.#known.get(row);
    if (!record && !this.#known.has(row)) {
      record = this.records([row])[0];
      this.#known.set(row, record);
    }
    return record;
  }

  /** The records of these rows, without those that are no file's any more. */
  records(rows: Iterable<Row>): IndexedRecord[] {
    let place: PlaceOfRow | undefined;
    let segment: Segment | undefined;
    const records: IndexedRecord[] = [];
    for (const row of rows) {
      if (!place || !segment?.holds(row) || row < place.first || row > place.last) {
        place = this.#get<PlaceOfRow>(PLACE_OF_ROW, row, row);
        segment = place && (Segment.of(place) ?? damaged());
        if (!place || row > place.last || !segment?.holds(row)) continue;
      }
      records.push({ row, src: place.src, ...(segment.record(row) ?? damaged()) });
    }
    return records;
  }

  byKey(key: RecordKey): IndexedRecord | undefined {
    const parts = parseRecordKey(key);
    return parts && this.byHash(parts.hash).find(({ n, src }) => n === parts.n && src === parts.src);
  }

  /** All records with exactly this text, in row order. @param hash 32 hex digits */
  byHash(hash: string): IndexedRecord[] {
    const key = hashKey(Buffer.from(hash, 'hex'));
    return this.#recordsUnder(this.#byHash, key).filter((record) => record.hash === hash);
  }

  /** The records of one file that carry this id there, in row order; more than one when the id is repeated. */
  bySourceId(src: string, id: string): IndexedRecord[] {
    return this.byId(id).filter((record) => record.src === src);
  }

  /** The records that carry this id in any file, in row order. */
  byId(id: string): IndexedRecord[] {
    return this.#recordsUnder(this.#byId, idKey(id)).filter((record) => record.id === id);
  }

  /** Up to `limit` records after this row, in row order. */
  rowsAfter(row: Row, limit: number): IndexedRecord[] {
    const rows: Row[] = [];
    for (const { first, last } of this.#all<RowRange>(`${RANGES} AND last_row > ? ORDER BY first_row`, row)) {
      for (let next = Math.max(first, row + 1); next <= last && rows.length < limit; next++) rows.push(next);
      if (rows.length === limit) break;
    }
    return this.records(rows);
  }

  /** The records that begin on these lines of a file (1-based, both included), in row order, at most `limit`. */
  recordsInLines(src: string, fromLine: number, toLine: number, limit: number): IndexedRecord[] {
    return this.#inOneState(() => {
      const rows = this.#rowsOf(src);
      if (!rows) return [];
      const first = this.#rowFromLine(rows, fromLine);
      const after = this.#rowFromLine({ first, last: rows.last }, toLine + 1);
      return this.records(Array.from({ length: Math.min(after - first, limit) }, (_, i) => first + i));
    });
  }

  /** The last record of a file that begins on this line or above it. */
  recordUpToLine(src: string, line: number): IndexedRecord | undefined {
    return this.#inOneState(() => {
      const rows = this.#rowsOf(src);
      const row = rows && this.#rowFromLine(rows, line + 1) - 1;
      return rows && row !== undefined && row >= rows.first ? this.record(row) : undefined;
    });
  }

  /** The first `limit` records of the audit set, in the order in which they are to be asked. */
  auditRows(threshold: number, limit: number): IndexedRecord[] {
    const { rows, auditRanks } = this.liveRows();
    const members: number[] = [];
    for (let i = 0; i < rows.length; i++) if (auditRanks[i]! < threshold) members.push(i);
    members.sort((a, b) => auditRanks[a]! - auditRanks[b]! || a - b);
    return members.slice(0, limit).flatMap((i) => this.record(rows[i]!) ?? []);
  }

  file(src: string): SourceFile | undefined {
    const file = this.#get<FileRow>(`${FILES} WHERE path = ?`, src);
    return file && sourceFile(file);
  }

  /** In the order of their names. */
  files(): SourceFile[] {
    return this.#all<FileRow>(`${FILES} ORDER BY path`).map(sourceFile);
  }

  problems(limit: number): (Problem & { src: string })[] {
    return this.#all<Problem & { src: string }>(
      `SELECT path AS src, line, "column", offset, code, message
       FROM problems JOIN files USING (file)
       ORDER BY path, problems.rowid
       LIMIT ?`,
      limit,
    ).map((problem) => ({ ...problem }));
  }

  /** How many problems are of this kind, among those that are kept. */
  problemCount(code: string): number {
    return this.#get<{ count: number }>('SELECT count(*) AS count FROM problems WHERE code = ?', code)!.count;
  }

  /** All rows there are, with their audit ranks: a few milliseconds for a million. */
  liveRows(): LiveRows {
    return this.#inOneState(() => this.#liveRows());
  }

  #liveRows(): LiveRows {
    const ranges = this.#all<RowRange>(`${RANGES} ORDER BY first_row`);
    const rows = largeArray(
      Uint32Array,
      ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    );
    let filled = 0;
    for (const { first, last } of ranges) for (let row = first; row <= last; row++) rows[filled++] = row;

    const auditRanks = largeArray(Uint32Array, rows.length);
    let position = 0;
    for (const block of this.#pages<BlockRow>(
      `SELECT first_row AS key, row_count AS rowCount, audit_ranks AS data
       FROM blocks
       WHERE first_row > ?
       ORDER BY first_row
       LIMIT 64`,
      0,
    )) {
      const ranks = decodeAuditRanks(block.rowCount, block.data) ?? damaged();
      for (; position < rows.length && rows[position]! < block.key + block.rowCount; position++) {
        auditRanks[position] = ranks[rows[position]! - block.key] ?? damaged();
      }
    }
    if (position < rows.length) damaged();
    return { rows, auditRanks };
  }

  /**
   * By the first row of each block a number that follows from its records' texts: what was made of a block earlier is
   * still of the same texts if this is the same.
   */
  prints(): Map<Row, number> {
    const prints = new Map<Row, number>();
    for (const { key, ranks } of this.#pages<{ key: number; ranks: Uint8Array }>(
      `SELECT first_row AS key, audit_ranks AS ranks
       FROM blocks
       WHERE first_row > ?
       ORDER BY first_row
       LIMIT 64`,
      0,
    )) {
      // An audit rank is a keyed hash of a text.
      prints.set(key, crc32(ranks));
    }
    return prints;
  }

  /**
   * The blocks that begin after this row, in row order. Their rows may be dead: see `liveRows`. Each is good until the
   * next one is asked for: all are decoded in one place, where a million records would leave 430 MB behind.
   */
  *blocks(afterFirstRow: Row): Generator<TermBlock> {
    const room = new BlockRoom();
    for (const block of this.#pages<BlockRow>(
      `SELECT first_row AS key, row_count AS rowCount, data
       FROM blocks
       WHERE first_row > ?
       ORDER BY first_row
       LIMIT 4`,
      afterFirstRow,
    )) {
      yield decodeBlock(block.key, block.rowCount, block.data, room) ?? damaged();
    }
  }

  /** The vocabulary after this id, in id order; ids are dense from 0, so -1 gives all of it. */
  *terms(afterId: number): Generator<{ id: number; term: string }> {
    for (const { firstId, terms } of this.#pages<{ key: number; firstId: number; terms: string }>(
      `SELECT first_id + term_count AS key, first_id AS firstId, terms
       FROM terms
       WHERE first_id + term_count > ?
       ORDER BY first_id
       LIMIT 8`,
      afterId + 1,
    )) {
      let id = firstId;
      for (const term of terms.split('\n')) {
        if (id > afterId) yield { id, term };
        id++;
      }
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #rowsOf(src: string): RowRange | undefined {
    return this.#get<RowRange>('SELECT first_row AS first, last_row AS last FROM files WHERE path = ?', src);
  }

  /**
   * The first row of a file's run whose record begins on this line or below; one past the run when there is none.
   * A file is read from top to bottom, so its lines ascend with its rows, and no index by line is needed.
   */
  #rowFromLine({ first, last }: RowRange, line: number): Row {
    let low = first;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const segment = this.#segmentOf(middle);
      if (segment && segment.line(middle) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Several queries that must see one state of the index. */
  #inOneState<Result>(read: () => Result): Result {
    this.#db.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** A file that is read anew between finding the rows and reading them would have neither its old nor its new ones. */
  #recordsUnder(lookup: LookupReader, key: number): IndexedRecord[] {
    return this.#inOneState(() => this.records(lookup.rowsOf(key)));
  }

  /** Pages through a query by its key, so that no read transaction outlives a page. */
  *#pages<Page extends { key: number }>(sql: string, after: number): Generator<Page> {
    for (let key = after; ; ) {
      const page = this.#all<Page>(sql, key);
      if (page.length === 0) return;
      yield* page;
      key = page.at(-1)!.key;
    }
  }

  #segmentOf(row: Row): Segment | undefined {
    const found = this.#get<SegmentColumns>(SEGMENT_OF_ROW, row);
    const segment = found && (Segment.of(found) ?? damaged());
    return segment?.holds(row) ? segment : undefined;
  }

  #get<Result>(sql: string, ...values: SqlValue[]): Result | undefined {
    return this.#statement(sql).get(...values) as Result | undefined;
  }

  #all<Result>(sql: string, ...values: SqlValue[]): Result[] {
    return this.#statement(sql).all(...values) as Result[];
  }

  #statement(sql: string): SqlStatement<unknown> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

type FileRow = Omit<SourceFile, 'layout'> & { readonly layout: string };
type PlaceOfRow = RowRange & SegmentColumns & { readonly src: string };
type RowRange = { readonly first: Row; readonly last: Row };
type BlockRow = { readonly key: number; readonly rowCount: number; readonly data: Uint8Array };

const RANGES = 'SELECT first_row AS first, last_row AS last FROM files WHERE last_row >= first_row';

const SEGMENT_OF_ROW = `
  SELECT first_row AS firstRow, row_count AS rowCount, data, ids
  FROM records
  WHERE first_row <= ?
  ORDER BY first_row DESC
  LIMIT 1`;

/** The segment of a row, and the file whose rows it is among: by files_by_row, because their ranges do not overlap. */
const PLACE_OF_ROW = `
  SELECT *
  FROM (${SEGMENT_OF_ROW}),
       (SELECT path AS src, first_row AS first, last_row AS last
        FROM files
        WHERE first_row <= ? AND last_row >= first_row
        ORDER BY first_row DESC
        LIMIT 1)`;

const FILES = `
  SELECT path AS src, state, layout, last_row - first_row + 1 AS records, problem_count AS problems
  FROM files`;

const WAY_OUT = 'It is built again from the sources when Inkling opens the folder.';

function absent(path: string): UserError {
  return new UserError('index-absent', `There is no index at ${path} yet`, WAY_OUT);
}

function damaged(): never {
  throw new UserError('index-damaged', 'The index is damaged', WAY_OUT);
}

function sourceFile({ layout, ...file }: FileRow): SourceFile {
  try {
    return { ...file, layout: JSON.parse(layout) as FileLayout };
  } catch {
    return damaged();
  }
}
