/**
 * Who may write the index: one worker at a time on this machine, and another as soon as that one is gone.
 *
 * The lease is SQLite's own lock on a file beside the index, held by an open transaction. The system lets go of it
 * when its process or its thread ends, however it ends, so there are no heartbeats, no clocks and no stale leases.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DriverName, openSqlite, type SqlDriver, sqlFailure } from './driver.ts';

export class Lease {
  readonly #db: SqlDriver;

  /**
   * The lease of the index at this path, or undefined while another has it. Never waits.
   *
   * @throws what SQLite throws when the folder can't be written
   */
  static take(indexPath: string, driver?: DriverName): Lease | undefined {
    const path = `${indexPath}.lease`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      return Lease.#tryToTake(path, driver);
    } catch (error) {
      if (sqlFailure(error) !== 'damaged') throw error;
      rmSync(path, { recursive: true, force: true });
      return Lease.#tryToTake(path, driver);
    }
  }

  static #tryToTake(path: string, driver: DriverName | undefined): Lease | undefined {
    let db: SqlDriver | undefined;
    try {
      db = openSqlite(path, { readOnly: false, busyTimeout: 0 }, driver);
      db.exec('BEGIN EXCLUSIVE');
      return new Lease(db);
    } catch (error) {
      db?.close();
      if (sqlFailure(error) === 'busy') return undefined;
      throw error;
    }
  }

  private constructor(db: SqlDriver) {
    this.#db = db;
  }

  release(): void {
    this.#db.close();
  }
}
