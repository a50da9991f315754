/** Opens SQLite through whichever binding this process has: better-sqlite3, else Node's own. */
import { createRequire } from 'node:module';
import { UserError } from '../core/user-error.ts';

export type SqlValue = string | number | Uint8Array | null;

/** One prepared statement. Rows come back as plain objects, BLOBs as Uint8Array (or Buffer, which is one). */
export interface SqlStatement<Row> {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/**
 * One connection. There is no cursor: a reader that pages by key never holds a snapshot open, so the writer's
 * checkpoints are never kept waiting.
 */
export interface SqlDriver {
  readonly name: DriverName;
  exec(sql: string): void;
  prepare<Row>(sql: string): SqlStatement<Row>;
  close(): void;
}

export type DriverName = 'better-sqlite3' | 'node:sqlite';

export interface OpenOptions {
  readonly readOnly: boolean;
  /** How long a call may wait for another connection's lock, in milliseconds. */
  readonly busyTimeout: number;
}

/** What went wrong in SQLite, as far as a caller can act on it. */
export type SqlFailure = 'busy' | 'damaged' | 'full' | 'read-only' | 'cannot-open' | 'io';

/**
 * Opens a connection set up for a cache: WAL, synchronous NORMAL (a lost commit is read from the sources again),
 * and nothing in the file's own schema trusted.
 *
 * @param driver which binding; absent: the best there is
 * @throws UserError `no-sqlite` when this process has neither binding
 */
export function openSqlite(path: string, options: OpenOptions, driver?: DriverName): SqlDriver {
  const connection = bindingFor(driver)(path, options);
  try {
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;');
    // Of 16 MB by default, its own copy of pages that the system has in memory anyway.
    connection.exec('PRAGMA cache_size = -2000');
    if (!options.readOnly) {
      // Large pages, because what is kept is large: a third less time in the system than with the usual 4096.
      connection.exec('PRAGMA page_size = 16384');
      // better-sqlite3 is compiled to drop to NORMAL after the first write in WAL mode and node:sqlite is not:
      // said aloud, both behave alike.
      connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** The bindings that load in this process, best first. */
export function availableDrivers(): DriverName[] {
  return [
    ...(loadBetterSqlite() ? (['better-sqlite3'] as const) : []),
    ...(loadNodeSqlite() ? (['node:sqlite'] as const) : []),
  ];
}

/** Says what kind of failure an error thrown by a driver is; undefined when it is none of SQLite's. */
export function sqlFailure(error: unknown): SqlFailure | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  const name = typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
  // Extended codes keep the primary code in their low byte.
  const number = typeof errcode === 'number' ? errcode & 0xff : 0;
  for (const [failure, prefix, primary] of FAILURES) {
    if (name === prefix || name.startsWith(`${prefix}_`) || number === primary) return failure;
  }
  return undefined;
}

// https://sqlite.org/rescode.html
const FAILURES: readonly (readonly [SqlFailure, string, number])[] = [
  ['busy', 'SQLITE_BUSY', 5],
  ['busy', 'SQLITE_LOCKED', 6],
  ['read-only', 'SQLITE_READONLY', 8],
  ['io', 'SQLITE_IOERR', 10],
  ['damaged', 'SQLITE_CORRUPT', 11],
  ['full', 'SQLITE_FULL', 13],
  ['cannot-open', 'SQLITE_CANTOPEN', 14],
  // Nobody breaks a constraint of the index but an index that holds nonsense.
  ['damaged', 'SQLITE_CONSTRAINT', 19],
  ['damaged', 'SQLITE_MISMATCH', 20],
  ['damaged', 'SQLITE_NOTADB', 26],
];

type Binding = (path: string, options: OpenOptions) => SqlDriver;
type BetterSqlite = typeof import('better-sqlite3');
type NodeSqlite = typeof import('node:sqlite');

const load = createRequire(import.meta.url);

function bindingFor(wanted: DriverName | undefined): Binding {
  const better = wanted === 'node:sqlite' ? undefined : loadBetterSqlite();
  if (better) return (path, options) => openBetterSqlite(better, path, options);
  const own = wanted === 'better-sqlite3' ? undefined : loadNodeSqlite();
  if (own) return (path, options) => openNodeSqlite(own, path, options);
  throw new UserError(
    'no-sqlite',
    `This Node (${process.version}) can't open the index`,
    'Use Node 22.14 or later, or a newer VS Code. Labels already made are safe in .inkling/labels.',
  );
}

function loadBetterSqlite(): BetterSqlite | undefined {
  // Its binary needs Node-API 10; loading it in an older process ends the process instead of throwing.
  if (Number(process.versions.napi ?? 0) < 10) return undefined;
  try {
    return load('better-sqlite3') as BetterSqlite;
  } catch {
    return undefined;
  }
}

function loadNodeSqlite(): NodeSqlite | undefined {
  try {
    return load('node:sqlite') as NodeSqlite;
  } catch {
    return undefined;
  }
}

/**
 * better-sqlite3 asks Node for a report on the process to learn which libc there is. The network part of that report
 * looks up the names of whoever the process is connected to, and an editor's process is connected.
 */
function askingNoNetwork<Result>(load: () => Result): Result {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    return load();
  } finally {
    report.excludeNetwork = before ?? false;
  }
}

function openBetterSqlite(Database: BetterSqlite, path: string, options: OpenOptions): SqlDriver {
  const database = askingNoNetwork(
    () =>
      new Database(path, {
        readonly: options.readOnly,
        fileMustExist: options.readOnly,
        timeout: options.busyTimeout,
      }),
  );
  return {
    name: 'better-sqlite3',
    exec: (sql) => void database.exec(sql),
    prepare: <Row>(sql: string): SqlStatement<Row> => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => void statement.run(...values),
        get: (...values) => statement.get(...values) as Row | undefined,
        all: (...values) => statement.all(...values) as Row[],
      };
    },
    close: () => void database.close(),
  };
}

function openNodeSqlite({ DatabaseSync }: NodeSqlite, path: string, options: OpenOptions): SqlDriver {
  const database = new DatabaseSync(path, { readOnly: options.readOnly });
  // As a pragma, because the constructor's own option is younger than the module.
  database.exec(`PRAGMA busy_timeout = ${options.busyTimeout}`);
  return {
    name: 'node:sqlite',
    exec: (sql) => database.exec(sql),
    prepare: <Row>(sql: string): SqlStatement<Row> => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => void statement.run(...values),
        get: (...values) => statement.get(...values) as Row | undefined,
        all: (...values) => statement.all(...values) as Row[],
      };
    },
    close: () => database.close(),
  };
}
