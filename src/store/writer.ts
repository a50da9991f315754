/** Writes the index. Whoever opens a writer holds the lease (`lease.ts`): there is one at a time. */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileLayout, PlacedRecords, Problem } from '../core/formats/format.ts';
import type { KernelMemory } from '../core/kernels/kernel.ts';
import type { Row } from '../core/records/record.ts';
import { TermCounter } from '../core/text/term-counter.ts';
import { UserError } from '../core/user-error.ts';
import { BlockBuilder } from './block.ts';
import { type DriverName, openSqlite, type SqlDriver, sqlFailure } from './driver.ts';
import { BY_HASH, BY_ID, hashKey, idKey, LookupWriter, placedIdKeys } from './lookup.ts';
import type { Counts } from './reader.ts';
import { APPLICATION_ID, COUNT_ALL, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { SegmentBuilder } from './segment.ts';
import { markUnsynced, unmarkUnsynced, unsyncedMark } from './unsynced.ts';

/** A file as the index remembers it. */
export interface StoredFile {
  readonly path: string;
  readonly state: 'reading' | 'read' | 'skipped';
  /** What `stat` said when it was read; equal stamps mean an unchanged file. */
  readonly stamp: string;
  /** The project's rule for the file, as JSON; another rule means reading again. */
  readonly rule: string;
  /** Of all bytes read. */
  readonly hash: Uint8Array;
  readonly records: number;
  readonly problems: number;
}

/** A record to be added. The row is given by the index. */
export interface NewRecord {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  /** 16 bytes. */
  readonly hash: Uint8Array;
  readonly id?: string | undefined;
  readonly n: number;
  readonly auditRank: number;
}

/**
 * Records to be added one after the other, by columns with a value a record. Texts and ids are given by where they lie in
 * the writer's memory, where the columns that say so lie, too.
 */
export interface NewRecords extends PlacedRecords {
  /** 16 bytes each. */
  readonly hashes: Uint8Array;
  readonly ns: Uint32Array;
  readonly auditRanks: Uint32Array;
}

/** What the index was built with; anything else means building it again. */
export interface BuiltWith {
  readonly salt: string;
  /** Names the rules of reading and of tokenizing; what other rules made does not mix with it. */
  readonly reading: string;
}

const HASH_BYTES = 16;

/** The writer may wait this long for another process, in milliseconds: it has a thread to itself. */
const WRITER_BUSY_TIMEOUT = 5000;
/** Problems kept a file; more are only counted. */
const MAX_PROBLEMS_A_FILE = 1000;
/** Indexes smaller than this are never worth compacting, in rows. */
const MIN_COMPACTED_ROWS = 10_000;

export class IndexWriter {
  /** Why the index that was found had to be moved aside, as a plain sentence; undefined when it was fine. */
  readonly rebuiltBecause: string | undefined;
  readonly #path: string;
  readonly #inode: bigint;
  readonly #db: SqlDriver;
  readonly #sql: Statements;
  readonly #byHash: LookupWriter;
  readonly #byId: LookupWriter;
  /** The vocabulary; it counts the terms of a text, too. New terms are stored with the next commit. */
  readonly terms = new TermCounter();
  readonly #idKeyAt = placedIdKeys(this.terms.memory);
  readonly #segment = new SegmentBuilder(this.terms.memory);
  readonly #block = new BlockBuilder(this.terms.memory);
  /** How many terms are stored, and how many bytes they take in the counter. */
  #storedTerms = 0;
  #storedTermBytes = 0;
  #nextRow = 1;
  #generation = 0;
  #writing = false;
  #recordsChanged = false;
  #file: OpenFile | undefined;
  #isHurried = false;

  /**
   * Opens the index, or makes it. A file that is damaged, foreign or of another version is moved aside first.
   *
   * @throws UserError `index-not-writable` when the folder or the file can't be written
   */
  static open(path: string, driver?: DriverName): IndexWriter {
    try {
      mkdirSync(dirname(path), { recursive: true });
      const fault = faultOf(path, driver);
      if (fault !== undefined) moveAside(path);
      return new IndexWriter(path, fault, driver);
    } catch (error) {
      if (error instanceof UserError || sqlFailure(error) === 'busy') throw error;
      throw new UserError(
        'index-not-writable',
        `The index at ${path} can't be written (${error instanceof Error ? error.message : String(error)})`,
        'Free some space or make its folder writable, or set INKLING_CACHE to another folder.',
      );
    }
  }

  private constructor(path: string, fault: string | undefined, driver: DriverName | undefined) {
    this.#path = path;
    this.rebuiltBecause = fault;
    this.#db = openSqlite(path, { readOnly: false, busyTimeout: WRITER_BUSY_TIMEOUT }, driver);
    try {
      createTables(this.#db);
      this.#sql = prepare(this.#db);
      this.#byHash = new LookupWriter(this.#db, BY_HASH);
      this.#byId = new LookupWriter(this.#db, BY_ID);
      this.#inode = statSync(path, { bigint: true }).ino;
      if (unsyncedMark(path) !== 'none') this.hurry();
    } catch (error) {
      this.#db.close();
      throw error;
    }
    this.#load();
  }

  /** False once somebody deleted the file: close this writer and open another. */
  isCurrent(): boolean {
    return statSync(this.#path, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Empties the index unless it was built with just this. Rows go on from where they were. */
  buildWith(wanted: BuiltWith): void {
    const before = this.#sql.meta.get('built-with')?.value;
    const now = JSON.stringify([wanted.salt, wanted.reading]);
    if (before === now) return;
    this.#begin();
    if (before !== undefined) this.clear();
    this.#sql.setMeta.run('built-with', now);
    this.commit();
  }

  /** Whether more than a third of the stored term counts belong to rows that are gone. */
  get isWorthCompacting(): boolean {
    const { stored, live } = this.#sql.weight.get()!;
    return stored > MIN_COMPACTED_ROWS && (stored - live) * 3 > stored;
  }

  /** Forgets all files; they are read again. Rows, terms and the generation go on, so no reader is misled. */
  clear(): void {
    this.#begin();
    this.#db.exec(
      `DELETE FROM problems; DELETE FROM records; DELETE FROM blocks; DELETE FROM files;
       DELETE FROM lookup; DELETE FROM meta WHERE name GLOB 'lookup-*';`,
    );
    this.#forgetWaiting();
    this.#recordsChanged = true;
  }

  /** As readers will see it after the next commit. */
  counts(): Counts {
    this.#noteProgress();
    return { ...this.#sql.counts.get()! };
  }

  files(): StoredFile[] {
    return this.#sql.files.all();
  }

  /** Starts reading a file: what the index held of it is gone with the next commit. */
  beginFile(path: string, rule: string, layout: FileLayout): void {
    this.removeFile(path);
    const { file } = this.#sql.addFile.get(
      path,
      rule,
      JSON.stringify(layout),
      this.#nextRow,
      this.#nextRow - 1,
    )!;
    this.#file = { file, path, firstRow: this.#nextRow, problemCount: 0 };
  }

  /** Where the texts and ids of `addRecords` lie. */
  get memory(): KernelMemory {
    return this.terms.memory;
  }

  /** Adds the next record of the file begun last, and counts the terms of its text. */
  addText(text: string, record: NewRecord): void {
    this.terms.count(text);
    this.addRecord(record);
  }

  /** Adds the next record of the file begun last, with the terms of the text that `terms` counted last. */
  addRecord(record: NewRecord): Row {
    // A file that is long in the reading is committed more than once: what follows a commit begins the next one.
    this.#begin();
    const row = this.#nextRow++;
    this.#segment.add(row, record);
    if (this.#segment.isFull) this.#writeSegment();
    this.#byHash.add(hashKey(record.hash), row);
    if (record.id !== undefined) this.#byId.add(idKey(record.id), row);
    this.#block.add(row, record.auditRank, this.terms);
    if (this.#block.isFull) this.#writeBlock();
    this.#recordsChanged = true;
    return row;
  }

  /** Adds the next records of the file begun last, and counts the terms of their texts. */
  addRecords(records: NewRecords): void {
    this.#begin();
    const { count, texts, textLengths, auditRanks, hashes, ids, idLengths } = records;
    const firstRow = this.#nextRow;
    this.#nextRow += count;
    for (let added = 0; added < count; ) {
      added += this.#segment.addSome(firstRow + added, records, added);
      if (this.#segment.isFull) this.#writeSegment();
    }
    for (let i = 0; i < count; i++) {
      const row = firstRow + i;
      this.#byHash.add(hashKey(hashes, HASH_BYTES * i), row);
      if (ids[i] !== 0) this.#byId.add(this.#idKeyAt(ids[i]!, idLengths[i]!), row);
      this.terms.countAt(texts[i]!, textLengths[i]!);
      this.#block.add(row, auditRanks[i]!, this.terms);
      if (this.#block.isFull) this.#writeBlock();
    }
    this.#recordsChanged = true;
  }

  addProblem(problem: Problem): void {
    this.#begin();
    const open = this.#openFile();
    open.problemCount++;
    if (open.problemCount > MAX_PROBLEMS_A_FILE) return;
    const { line, column, offset, code, message } = problem;
    this.#sql.addProblem.run(open.file, line, column, offset, code, message);
  }

  /** Ends the file begun last. */
  finishFile(state: 'read' | 'skipped', stamp: string, hash: Uint8Array): void {
    this.#begin();
    const open = this.#openFile();
    this.#sql.endFile.run(state, stamp, hash, this.#nextRow - 1, open.problemCount, open.file);
    this.#file = undefined;
  }

  /** Forgets what was read of the file begun last, after a change under the reader. It will be read again. */
  discardFile(): void {
    const { path } = this.#openFile();
    this.#noteProgress();
    this.#file = undefined;
    this.removeFile(path);
  }

  /** Notes that an unchanged file has a new stamp. */
  touchFile(path: string, stamp: string): void {
    this.#begin();
    this.#sql.touchFile.run(stamp, path);
  }

  removeFile(path: string): void {
    this.#begin();
    const old = this.#sql.fileRows.get(path);
    if (!old) return;
    if (old.last >= old.first) {
      // What is still being collected must be in the tables to be dropped from them.
      this.#writeSegment();
      this.#writeBlock();
      for (const drop of this.#sql.dropDead) drop.run(old.last, old.first, old.file);
      this.#recordsChanged = true;
    }
    this.#sql.dropProblems.run(old.file);
    this.#sql.dropFile.run(old.file);
  }

  /** Makes everything so far visible to readers and durable enough for a cache. Returns the generation. */
  commit(): number {
    if (!this.#writing) return this.#generation;
    this.#writeSegment();
    this.#writeBlock();
    this.#byHash.flush(this.#generation + 1);
    this.#byId.flush(this.#generation + 1);
    this.#noteProgress();
    const { size, bytesUsed } = this.terms;
    if (size > this.#storedTerms) {
      const terms = this.terms.termsFrom(this.#storedTermBytes);
      this.#sql.addTerms.run(this.#storedTerms, size - this.#storedTerms, terms);
    }
    const generation = this.#generation + (this.#recordsChanged ? 1 : 0);
    this.#sql.setMeta.run('generation', generation);
    this.#sql.setMeta.run('next-row', this.#nextRow);
    this.#db.exec('COMMIT');
    this.#storedTerms = size;
    this.#storedTermBytes = bytesUsed;
    this.#generation = generation;
    this.#writing = false;
    this.#recordsChanged = false;
    return generation;
  }

  /** From the next commit on, waits for the disk no more; `settle` ends it. To be called between commits. */
  hurry(): void {
    if (this.#isHurried) return;
    markUnsynced(this.#path);
    // Pages that are written again before they are on the disk are kept until then.
    this.#db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -16000');
    this.#isHurried = true;
  }

  /** Waits until the disk has all of a hurried index. To be called between commits. */
  settle(): void {
    if (!this.#isHurried) return;
    this.#db.exec('PRAGMA synchronous = FULL');
    // A checkpoint that has nothing to do would not wait for what earlier ones wrote.
    this.#sql.setMeta.run('generation', this.#generation);
    const checkpoint = this.#db.prepare<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)').get();
    // A reader that is in the way for long keeps the mark, and the next run settles it.
    if (checkpoint?.busy !== 0) return;
    this.#db.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2000');
    unmarkUnsynced(this.#path);
    this.#isHurried = false;
  }

  /** Forgets everything since the last commit; the file being read, too. */
  rollback(): void {
    this.#rollBackQuietly();
    this.#load();
  }

  close(): void {
    if (this.#writing) this.#rollBackQuietly();
    this.#db.close();
  }

  #openFile(): OpenFile {
    if (!this.#file) throw new Error('No file was begun.');
    return this.#file;
  }

  #begin(): void {
    if (this.#writing) return;
    // IMMEDIATE: a deferred transaction that turns out to write fails at once when another wrote in between.
    this.#db.exec('BEGIN IMMEDIATE');
    this.#writing = true;
  }

  /** Lets readers see how far the file being read has come. */
  #noteProgress(): void {
    if (this.#file) this.#sql.noteProgress.run(this.#nextRow - 1, this.#file.problemCount, this.#file.file);
  }

  #writeBlock(): void {
    if (this.#block.rowCount === 0) return;
    const { firstRow, rowCount, auditRanks, data } = this.#block.take();
    this.#sql.addBlock.run(firstRow, rowCount, auditRanks, data);
  }

  #writeSegment(): void {
    if (this.#segment.rowCount === 0) return;
    const { firstRow, rowCount, data, ids } = this.#segment.take();
    this.#sql.addSegment.run(firstRow, rowCount, data, ids);
  }

  #forgetWaiting(): void {
    this.#segment.clear();
    this.#block.clear();
    this.#byHash.load();
    this.#byId.load();
  }

  #rollBackQuietly(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error): there is nothing left to undo.
    }
    this.#writing = false;
  }

  /** Takes over what is committed. */
  #load(): void {
    this.#generation = Number(this.#sql.meta.get('generation')?.value ?? 0);
    this.#nextRow = Number(this.#sql.meta.get('next-row')?.value ?? 1);
    this.terms.learn(this.#sql.terms.all().map(({ terms }) => terms));
    this.#storedTerms = this.terms.size;
    this.#storedTermBytes = this.terms.bytesUsed;
    this.#forgetWaiting();
    this.#file = undefined;
    this.#recordsChanged = false;
  }
}

interface OpenFile {
  readonly file: number;
  readonly path: string;
  readonly firstRow: Row;
  problemCount: number;
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: SqlDriver) {
  return {
    meta: db.prepare<{ value: string | number }>('SELECT value FROM meta WHERE name = ?'),
    setMeta: db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
    counts: db.prepare<Counts>(COUNT_ALL),
    files: db.prepare<StoredFile>(
      `SELECT path, state, stamp, rule, hash, last_row - first_row + 1 AS records, problem_count AS problems
       FROM files`,
    ),
    fileRows: db.prepare<{ file: number; first: number; last: number }>(
      'SELECT file, first_row AS first, last_row AS last FROM files WHERE path = ?',
    ),
    addFile: db.prepare<{ file: number }>(
      `INSERT INTO files (path, state, stamp, rule, layout, hash, first_row, last_row, problem_count)
       VALUES (?, 'reading', '', ?, ?, x'', ?, ?, 0)
       RETURNING file`,
    ),
    noteProgress: db.prepare('UPDATE files SET last_row = ?, problem_count = ? WHERE file = ?'),
    endFile: db.prepare(
      'UPDATE files SET state = ?, stamp = ?, hash = ?, last_row = ?, problem_count = ? WHERE file = ?',
    ),
    touchFile: db.prepare('UPDATE files SET stamp = ? WHERE path = ?'),
    dropFile: db.prepare('DELETE FROM files WHERE file = ?'),
    addSegment: db.prepare('INSERT INTO records VALUES (?, ?, ?, ?)'),
    addBlock: db.prepare('INSERT INTO blocks VALUES (?, ?, ?, ?)'),
    // What overlaps the rows of a file that goes and holds no other file's.
    dropDead: ['records', 'blocks'].map((table) =>
      db.prepare(
        `DELETE FROM ${table}
         WHERE first_row <= ? AND first_row + row_count > ?
           AND NOT EXISTS (
             SELECT 1 FROM files
             WHERE files.first_row < ${table}.first_row + row_count AND last_row >= ${table}.first_row AND file <> ?)`,
      ),
    ),
    terms: db.prepare<{ terms: string }>('SELECT terms FROM terms ORDER BY first_id'),
    addTerms: db.prepare('INSERT INTO terms VALUES (?, ?, ?)'),
    addProblem: db.prepare('INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?)'),
    dropProblems: db.prepare('DELETE FROM problems WHERE file = ?'),
    weight: db.prepare<{ stored: number; live: number }>(
      `SELECT coalesce((SELECT sum(row_count) FROM blocks), 0) AS stored,
              coalesce((SELECT sum(last_row - first_row + 1) FROM files), 0) AS live`,
    ),
  };
}

function createTables(db: SqlDriver): void {
  db.exec('BEGIN IMMEDIATE');
  const { user_version } = db.prepare<{ user_version: number }>('PRAGMA user_version').get()!;
  if (user_version === 0) {
    db.exec(`${SCHEMA}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
  }
  db.exec('COMMIT');
}

/** Why what is at this path can't be used as an index; undefined when it can, or when nothing is there. */
function faultOf(path: string, driver: DriverName | undefined): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || (found.isFile() && found.size === 0)) return undefined;
  if (!found.isFile()) return 'Something that is not a file was in its place.';
  if (unsyncedMark(path) === 'machine stopped') return 'The machine stopped while it was being written.';
  let db: SqlDriver | undefined;
  try {
    db = openSqlite(path, { readOnly: false, busyTimeout: WRITER_BUSY_TIMEOUT }, driver);
    const { application_id } = db.prepare<{ application_id: number }>('PRAGMA application_id').get()!;
    const { user_version } = db.prepare<{ user_version: number }>('PRAGMA user_version').get()!;
    if (application_id !== APPLICATION_ID) return 'It was made by another program.';
    if (user_version !== SCHEMA_VERSION)
      return `It has format ${user_version}; this is format ${SCHEMA_VERSION}.`;
    const [check] = db.prepare<{ quick_check: string }>('PRAGMA quick_check(1)').all();
    if (check?.quick_check !== 'ok') return 'It was damaged.';
    const wrongTables = tablesOf(db) !== expectedTables();
    return wrongTables ? 'Its tables are not those of an index.' : undefined;
  } catch (error) {
    if (sqlFailure(error) === 'damaged') return 'It was damaged.';
    throw error;
  } finally {
    db?.close();
  }
}

function tablesOf(db: SqlDriver): string {
  return db
    .prepare<{ sql: string }>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql')
    .all()
    .map(({ sql }) => sql)
    .join(';\n');
}

/** The schema as SQLite itself would store it. */
function expectedTables(): string {
  const db = openSqlite(':memory:', { readOnly: false, busyTimeout: 0 });
  try {
    db.exec(SCHEMA);
    return tablesOf(db);
  } finally {
    db.close();
  }
}

/** Keeps an index that can't be used under another name, for whoever wants to know what happened to it. */
export function moveAside(path: string): void {
  const bad = `${path}.bad-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  renameSync(path, bad);
  for (const companion of ['-wal', '-shm']) rmSync(path + companion, { force: true });
  unmarkUnsynced(path);
}
