import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Random } from '../../../src/core/random.ts';
import { recordKey } from '../../../src/core/records/record.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { availableDrivers, type DriverName, openSqlite, sqlFailure } from '../../../src/store/driver.ts';
import { IndexReader, IndexWriter, Lease, type NewRecord } from '../../../src/store/store.ts';

const HASH_A = 'aa'.repeat(16);
const HASH_B = 'bb'.repeat(16);
const BUILT_WITH = { salt: '00'.repeat(16), reading: 'test-1' };

type Spoil = (path: string, driver: DriverName) => void;

const SPOILED: Record<string, Spoil> = {
  'a file that is not SQLite': (target) => writeFileSync(target, 'hello '.repeat(1000)),
  'a directory in its place': (target) => {
    rmSync(target);
    mkdirSync(target);
  },
  'an index of an older format': (target, driver) => execute(target, driver, 'PRAGMA user_version = 0'),
  'an index of a newer format': (target, driver) => execute(target, driver, 'PRAGMA user_version = 99'),
  'the database of another program': (target, driver) => execute(target, driver, 'PRAGMA application_id = 7'),
  'an index with a trigger somebody added': (target, driver) =>
    execute(target, driver, 'CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END'),
  'an index without one of its tables': (target, driver) => execute(target, driver, 'DROP TABLE blocks'),
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-store-'));
  path = join(folder, 'index.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('both bindings are there, so that the suite below means both', () => {
  assert.deepEqual(availableDrivers(), ['better-sqlite3', 'node:sqlite']);
});

for (const driver of availableDrivers()) {
  describe(`the index on ${driver}`, () => {
    test('there is no index before anything was indexed, and the reader says so', () => {
      assert.throws(() => IndexReader.open(path, driver), { code: 'index-absent' });
    });

    test('what was committed can be read back in every way a record is asked for', () => {
      write(driver, (writer) => {
        addFile(writer, 'a.jsonl', [
          record({
            offset: 5_000_000_000,
            length: 7,
            line: 3,
            hash: HASH_A,
            id: '007',
            auditRank: 0xffffffff,
          }),
          record({ hash: HASH_A, n: 1, auditRank: 9 }),
          record({ hash: HASH_B, id: '007', auditRank: 9 }),
        ]);
        addFile(writer, 'b.csv', [record({ hash: HASH_A, auditRank: 3 })]);
      });
      read(driver, (reader) => {
        const all = reader.rowsAfter(0, 10);
        assert.deepEqual(
          all.map(({ row, src, n }) => [row, src, n]),
          [
            [1, 'a.jsonl', 0],
            [2, 'a.jsonl', 1],
            [3, 'a.jsonl', 0],
            [4, 'b.csv', 0],
          ],
        );
        assert.deepEqual(reader.record(1), {
          row: 1,
          src: 'a.jsonl',
          offset: 5_000_000_000,
          length: 7,
          line: 3,
          hash: HASH_A,
          id: '007',
          n: 0,
          auditRank: 0xffffffff,
        });
        assert.equal(reader.record(99), undefined);
        for (const one of all) assert.equal(reader.byKey(recordKey(one))?.row, one.row);
        assert.deepEqual(rowsOf(reader.byHash(HASH_A)), [1, 2, 4]);
        assert.deepEqual(rowsOf(reader.bySourceId('a.jsonl', '007')), [1, 3]);
        assert.deepEqual(rowsOf(reader.bySourceId('b.csv', '007')), []);
        assert.deepEqual(rowsOf(reader.rowsAfter(2, 1)), [3]);
        assert.deepEqual(rowsOf(reader.auditRows(10, 2)), [4, 2]);
        assert.deepEqual(reader.counts(), { files: 2, records: 4, problems: 0 });
        assert.deepEqual(reader.liveRows(), {
          rows: Uint32Array.of(1, 2, 3, 4),
          auditRanks: Uint32Array.of(0xffffffff, 9, 9, 3),
        });
      });
    });

    test('among many thousands a record is found by its text and by its id, whichever commit it came with', () => {
      const random = new Random(3);
      const count = 30_000;
      const expected = new Map<string, number[]>();
      const note = (key: string, row: number) => expected.set(key, [...(expected.get(key) ?? []), row]);
      const ids = ['', 'a\nb', '"q"', '\\', 'é', 'x'.repeat(300)];
      write(driver, (writer) => {
        // Two files, of which the first goes: its entries stay, and must not be found.
        for (const src of ['gone.jsonl', 'a.jsonl']) {
          writer.beginFile(src, '', { format: 'jsonl' });
          for (let i = 0; i < count; i++) {
            // Texts repeat, one of them very often; and one in two has an id of its own.
            const text = i % 10 === 0 ? 0 : random.below(count);
            const hash = text.toString(16).padStart(8, '0').repeat(4);
            const id = i % 2 === 0 ? undefined : (ids[i % 100] ?? `id ${i}`);
            const row = writer.addRecord(record({ hash, offset: i, ...(id === undefined ? {} : { id }) }));
            if (src === 'a.jsonl') {
              note(hash, row);
              if (id !== undefined) note(`id ${id}`, row);
            }
            if ([10, 11, 500, 5000, 9000, 20_000].includes(i)) writer.commit();
          }
          writer.finishFile('read', 'stamp', new Uint8Array(32));
          writer.commit();
        }
        writer.removeFile('gone.jsonl');
      });
      read(driver, (reader) => {
        for (const [key, rows] of expected) {
          // All of them would take long; the very frequent text and the odd ids are among these.
          if (rows[0]! % 7 !== 0 && !key.startsWith('00000000') && !ids.includes(key.slice(3))) continue;
          const found = key.startsWith('id ') ? reader.byId(key.slice(3)) : reader.byHash(key);
          assert.deepEqual(rowsOf(found), rows);
        }
        assert.deepEqual(reader.byId('nowhere'), []);
        assert.deepEqual(reader.byHash('12'.repeat(16)), []);
      });
    });

    test('the records of a range of lines are found, however many a line holds and however far a record reaches', () => {
      const lines = [2, 2, 5, 9, 9, 10];
      write(driver, (writer) => {
        addFile(writer, 'before.jsonl', [record({ line: 1 }), record({ line: 7 })]);
        addFile(
          writer,
          'a.csv',
          lines.map((line, at) => record({ line, offset: at })),
        );
        addFile(writer, 'empty.txt', []);
      });
      read(driver, (reader) => {
        const found = (from: number, to: number, limit = 9) =>
          reader.recordsInLines('a.csv', from, to, limit).map(({ line }) => line);
        for (let from = 0; from <= 12; from++) {
          for (let to = from; to <= 12; to++) {
            assert.deepEqual(
              found(from, to),
              lines.filter((line) => line >= from && line <= to),
            );
          }
        }
        assert.deepEqual(found(1, 12, 2), [2, 2]);
        const upTo = (line: number) => reader.recordUpToLine('a.csv', line)?.row;
        assert.deepEqual([1, 2, 4, 5, 8, 9, 99].map(upTo), [undefined, 4, 4, 5, 5, 7, 8]);
        for (const src of ['empty.txt', 'elsewhere.txt']) {
          assert.deepEqual(reader.recordsInLines(src, 1, 99, 9), []);
          assert.equal(reader.recordUpToLine(src, 9), undefined);
        }
      });
    });

    test('a file that is committed while it is being read comes back whole', () => {
      write(driver, (writer) => {
        writer.beginFile('long.txt', '', { format: 'text' });
        for (const [at, one] of many(5).entries()) {
          writer.terms.count(`term${at}`);
          writer.addRecord(one);
          if (at === 2) writer.commit();
        }
        writer.finishFile('read', 'stamp', new Uint8Array(32));
      });
      read(driver, (reader) => {
        assert.deepEqual(reader.liveRows().auditRanks, Uint32Array.of(0, 1, 2, 3, 4));
        assert.deepEqual(Array.from(reader.blocks(0), ({ termIds }) => [...termIds]).flat(), [0, 1, 2, 3, 4]);
      });
    });

    test('term counts come back as they went in, and ids name the same terms for ever', () => {
      write(driver, (writer) => {
        writer.beginFile('a.txt', '', { format: 'text' });
        for (const text of ['Red blue red', '', 'red '.repeat(70_000)]) {
          writer.terms.count(text);
          writer.addRecord(record({}));
        }
        writer.finishFile('read', 's', new Uint8Array(32));
      });
      write(driver, (writer) => {
        assert.equal(writer.terms.idOf('blue'), 1);
        addFile(writer, 'b.txt', [record({})], 'green');
      });
      read(driver, (reader) => {
        assert.deepEqual(
          [...reader.terms(-1)],
          [
            { id: 0, term: 'red' },
            { id: 1, term: 'blue' },
            { id: 2, term: 'green' },
          ],
        );
        assert.deepEqual([...reader.terms(1)], [{ id: 2, term: 'green' }]);
        const [first, second, ...rest] = Array.from(reader.blocks(0), (block) => structuredClone(block));
        assert.deepEqual(first, {
          firstRow: 1,
          rowCount: 3,
          rowStarts: Uint32Array.of(0, 2, 2, 3),
          termIds: Uint32Array.of(0, 1, 0),
          counts: Uint16Array.of(2, 1, 65535),
        });
        assert.deepEqual(rest, []);
        assert.deepEqual([...reader.blocks(1)], [second]);
      });
    });

    test('a file that is read again gets new rows, and its old rows are gone from every answer', () => {
      write(driver, (writer) => {
        addFile(writer, 'a.jsonl', many(5000));
        addFile(writer, 'b.jsonl', many(10));
      });
      const before = read(driver, (reader) => reader.generation());
      write(driver, (writer) => addFile(writer, 'a.jsonl', many(3)));
      read(driver, (reader) => {
        assert.equal(reader.generation(), before + 1);
        assert.deepEqual(rowsOf(reader.rowsAfter(0, 100)).length, 13);
        assert.deepEqual([...reader.liveRows().rows], rowsOf(reader.rowsAfter(0, 100)));
        assert.equal(reader.rowsAfter(0, 100).at(-1)!.row, 5013);
        assert.equal(reader.file('a.jsonl')?.records, 3);
        // The block that holds nothing but dead rows is gone, the one shared with b.jsonl is not.
        assert.deepEqual(
          [...reader.blocks(0)].map(({ firstRow }) => firstRow),
          [4097, 5011],
        );
      });
    });

    test('a reader sees whole commits and never waits for the writer', () => {
      const writer = IndexWriter.open(path, driver);
      addFile(writer, 'a.jsonl', many(2));
      writer.commit();
      const reader = IndexReader.open(path, driver);
      try {
        const [old] = reader.rowsAfter(0, 1);
        assert.deepEqual(reader.record(old!.row), old);
        assert.equal(reader.record(old!.row + 2), undefined);
        addFile(writer, 'a.jsonl', many(7));
        assert.equal(reader.counts().records, 2);
        assert.deepEqual(reader.record(old!.row), old);
        writer.commit();
        assert.equal(reader.counts().records, 7);
        // Rows that were looked up before: the old one is gone, the one that was none is there.
        assert.equal(reader.record(old!.row), undefined);
        assert.equal(reader.record(old!.row + 2)?.line, 1);
        addFile(writer, 'a.jsonl', many(1));
        writer.rollback();
        addFile(writer, 'b.jsonl', many(1));
        writer.commit();
        assert.equal(reader.counts().records, 8);
        assert.equal(new Set(reader.liveRows().rows).size, 8);
      } finally {
        reader.close();
        writer.close();
      }
    });

    test('a reader that comes while another process leaves waits until the log has become part of the index', async () => {
      write(driver, (writer) => addFile(writer, 'a.jsonl', many(2)));
      // The last one to leave holds the index alone while it writes: for longer, where the machine is busy.
      const source = `
        import { openSqlite } from ${JSON.stringify(new URL('../../../src/store/driver.ts', import.meta.url).href)};
        import { parentPort, workerData } from 'node:worker_threads';
        const { path, driver } = workerData;
        const db = openSqlite(path, { readOnly: false, busyTimeout: 0 }, driver);
        db.exec("PRAGMA locking_mode = EXCLUSIVE; UPDATE meta SET value = value");
        parentPort.postMessage('alone');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
        db.close();
      `;
      const other = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
        workerData: { path, driver },
      });
      await once(other, 'message');
      read(driver, (reader) => assert.equal(reader.counts().records, 2));
      await other.terminate();
    });

    test('records can be read while the rest of their file is still being read', () => {
      const writer = IndexWriter.open(path, driver);
      writer.beginFile('a.jsonl', '', { format: 'jsonl', textField: 'text' });
      for (const one of many(3)) writer.addRecord(one);
      writer.commit();
      read(driver, (reader) => {
        assert.deepEqual(reader.file('a.jsonl'), {
          src: 'a.jsonl',
          state: 'reading',
          layout: { format: 'jsonl', textField: 'text' },
          records: 3,
          problems: 0,
        });
      });
      writer.discardFile();
      writer.commit();
      read(driver, (reader) => assert.deepEqual(reader.counts(), { files: 0, records: 0, problems: 0 }));
      writer.close();
    });

    test('problems are kept with their file and place, the first thousand of them, and all are counted', () => {
      write(driver, (writer) => {
        writer.beginFile('a.jsonl', '', { format: 'jsonl' });
        for (let line = 1; line <= 1500; line++) {
          writer.addProblem({
            code: 'json-syntax',
            message: 'Not JSON.',
            line,
            column: 2,
            offset: line * 10,
          });
        }
        writer.finishFile('read', 's', new Uint8Array(32));
      });
      read(driver, (reader) => {
        assert.deepEqual(reader.problems(1), [
          { src: 'a.jsonl', code: 'json-syntax', message: 'Not JSON.', line: 1, column: 2, offset: 10 },
        ]);
        assert.equal(reader.problems(5000).length, 1000);
        assert.equal(reader.counts().problems, 1500);
      });
    });

    test('another salt or another tokenizer empties the index, the same ones keep it', () => {
      write(driver, (writer) => addFile(writer, 'a.jsonl', many(2)));
      write(driver, (writer) => assert.equal(writer.files().length, 1));
      const writer = IndexWriter.open(path, driver);
      writer.buildWith({ ...BUILT_WITH, salt: '11'.repeat(16) });
      assert.deepEqual(writer.files(), []);
      writer.close();
      write(driver, (later) => addFile(later, 'a.jsonl', many(1)));
      read(driver, (reader) => assert.deepEqual([...reader.liveRows().rows], [3]));
    });

    test('one leads at a time; another leads as soon as the first lets go', () => {
      const first = Lease.take(path, driver);
      assert.ok(first);
      assert.equal(Lease.take(path, driver), undefined);
      first.release();
      const second = Lease.take(path, driver);
      assert.ok(second);
      second.release();
    });

    test('the lease of a process that was killed is free at once', async () => {
      const child = spawn(process.execPath, [
        '--input-type=module',
        '--eval',
        `import { Lease } from ${JSON.stringify(new URL('../../../src/store/lease.ts', import.meta.url).href)};
         globalThis.lease = Lease.take(${JSON.stringify(path)}, ${JSON.stringify(driver)});
         console.log(lease ? 'leads' : 'follows');
         setInterval(() => {}, 1000);`,
      ]);
      const [output] = (await once(child.stdout, 'data')) as [Buffer];
      assert.equal(output.toString(), 'leads\n');
      assert.equal(Lease.take(path, driver), undefined);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const lease = Lease.take(path, driver);
      assert.ok(lease);
      lease.release();
    });

    test('a lease file that is damaged or foreign keeps nobody from leading', () => {
      writeFileSync(`${path}.lease`, 'not a database '.repeat(100));
      const lease = Lease.take(path, driver);
      assert.ok(lease);
      lease.release();
    });

    test('the connection is a cache that survives a crash: WAL, NORMAL, nothing trusted', () => {
      const db = openSqlite(path, { readOnly: false, busyTimeout: 0 }, driver);
      db.exec('CREATE TABLE t (a INTEGER) STRICT');
      const pragma = (name: string) => Object.values(db.prepare<object>(`PRAGMA ${name}`).get()!)[0];
      assert.equal(pragma('journal_mode'), 'wal');
      assert.equal(pragma('synchronous'), 1);
      assert.equal(pragma('trusted_schema'), 0);
      assert.equal(pragma('cell_size_check'), 1);
      db.close();
    });

    test('no flipped byte and no cut makes the index crash: it is read, or refused, or built again', () => {
      write(driver, (writer) => addFile(writer, 'a.jsonl', many(400), 'red blue'));
      const whole = readFileSync(path);
      const random = new Random(7);
      let refused = 0;
      for (let i = 0; i < 150; i++) {
        const image = Buffer.from(whole.subarray(0, i % 3 === 0 ? random.below(whole.length) : whole.length));
        if (i % 3 > 0)
          for (let flips = 0; flips < 1 + (i % 8); flips++)
            image[random.below(image.length)]! ^= 1 + random.below(255);
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        writeFileSync(path, image);
        try {
          const writer = IndexWriter.open(path, driver);
          try {
            writer.buildWith(BUILT_WITH);
            writer.files();
            addFile(writer, 'b.jsonl', many(3));
            writer.commit();
          } finally {
            writer.close();
          }
          read(driver, (reader) => {
            reader.counts();
            reader.rowsAfter(0, 1000);
            reader.files();
            reader.problems(10);
            reader.auditRows(100, 10);
            assert.ok([...reader.blocks(0)].length > 0);
            assert.ok([...reader.terms(-1)].length >= 0);
          });
        } catch (error) {
          refused++;
          const isTold = error instanceof UserError || sqlFailure(error) === 'damaged';
          assert.ok(isTold, `image ${i}: ${error instanceof Error ? error.stack : error}`);
        }
      }
      assert.ok(refused < 75, `${refused} of 150 were not built again at once`);
    });

    test('a hurried index outlives its process, and is built again only when the machine stopped meanwhile', () => {
      const mark = `${path}.unsynced`;
      write(driver, (writer) => {
        writer.hurry();
        addFile(writer, 'a.jsonl', many(3));
      });
      assert.ok(existsSync(mark));
      write(driver, (writer) => {
        assert.equal(writer.rebuiltBecause, undefined);
        assert.equal(writer.files().length, 1);
        writer.commit();
        writer.settle();
      });
      assert.ok(!existsSync(mark));
      write(driver, (writer) => writer.hurry());
      // As it was left by a machine that has started again since.
      writeFileSync(mark, String(Number(readFileSync(mark, 'utf8')) - 60));
      write(driver, (writer) => {
        assert.match(writer.rebuiltBecause ?? '', /machine/);
        assert.deepEqual(writer.files(), []);
      });
      assert.ok(!existsSync(mark));
    });

    for (const [name, spoil] of Object.entries(SPOILED)) {
      test(`${name} is moved aside and the index is built again`, () => {
        write(driver, (writer) => addFile(writer, 'a.jsonl', many(3000)));
        spoil(path, driver);
        const writer = IndexWriter.open(path, driver);
        assert.match(writer.rebuiltBecause ?? '', /\.$/);
        assert.deepEqual(writer.files(), []);
        addFile(writer, 'a.jsonl', many(2));
        writer.commit();
        writer.close();
        read(driver, (reader) => assert.equal(reader.counts().records, 2));
        assert.equal(readdirSync(folder).filter((entry) => entry.startsWith('index.db.bad-')).length, 1);
      });
    }
  });
}

function execute(target: string, driver: DriverName, sql: string): void {
  const db = openSqlite(target, { readOnly: false, busyTimeout: 0 }, driver);
  db.exec(sql);
  db.close();
}

function write(driver: DriverName, fill: (writer: IndexWriter) => void): void {
  const writer = IndexWriter.open(path, driver);
  try {
    writer.buildWith(BUILT_WITH);
    fill(writer);
    writer.commit();
  } finally {
    writer.close();
  }
}

function read<Result>(driver: DriverName, look: (reader: IndexReader) => Result): Result {
  const reader = IndexReader.open(path, driver);
  try {
    return look(reader);
  } finally {
    reader.close();
  }
}

function addFile(writer: IndexWriter, src: string, records: NewRecord[], text = ''): void {
  writer.beginFile(src, '', { format: 'jsonl', textField: 'text' });
  writer.terms.count(text);
  for (const one of records) writer.addRecord(one);
  writer.finishFile('read', 'stamp', new Uint8Array(32));
}

function many(count: number): NewRecord[] {
  return Array.from({ length: count }, (_, i) => record({ offset: i * 10, line: i + 1, n: i, auditRank: i }));
}

function record(facts: Partial<Omit<NewRecord, 'hash'>> & { hash?: string }): NewRecord {
  return {
    offset: 0,
    length: 0,
    line: 1,
    n: 0,
    auditRank: 0,
    ...facts,
    hash: Buffer.from(facts.hash ?? HASH_A, 'hex'),
  };
}

function rowsOf(records: readonly { row: number }[]): number[] {
  return records.map(({ row }) => row);
}
