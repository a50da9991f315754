/** An index that has to be built anew, and goes wrong on the way: killed at every system call, or with a strange log beside it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../../../src/store/driver.ts';
import { IndexReader, IndexWriter } from '../../../src/store/store.ts';
import { hasStrace } from '../../crash/run.ts';

const STORE = new URL('../../../src/store/store.ts', import.meta.url).href;
const BUILT_WITH = { salt: '00'.repeat(16), reading: 'test-1' };

/** Opens the index and begins to fill it, as an indexer does. */
const REBUILD = `
  import { IndexWriter } from ${JSON.stringify(STORE)};
  const writer = IndexWriter.open(process.argv[1]);
  writer.buildWith(${JSON.stringify(BUILT_WITH)});
  writer.close();
`;

test('an index killed at any system call while it is built anew is built again by the next start', {
  skip: hasStrace ? false : 'skipped: strace is not installed or may not trace',
}, (t) => {
  const base = mkdtempSync(join(tmpdir(), 'inkling-rebuild-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  let kills = 0;
  for (const call of ['rename', 'unlink', 'ftruncate', 'pwrite64']) {
    // The pages of the tables are written alike: every fifth of the later ones.
    for (let k = 1, done = false; !done; k += k < 8 ? 1 : 5) {
      const folder = mkdtempSync(join(base, 'index-'));
      const path = join(folder, 'index.db');
      IndexWriter.open(path).close();
      const old = openSqlite(path, { readOnly: false, busyTimeout: 0 });
      old.exec('DROP TABLE blocks; PRAGMA user_version = 1');
      old.close();

      const paths = ['', '-wal', '-shm'].flatMap((ending) => ['-P', path + ending]);
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${k}`];
      const node = [process.execPath, '--input-type=module', '--eval', REBUILD, path];
      const { status, stderr } = spawnSync('strace', [
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        ...paths,
        ...inject,
        ...node,
      ]);
      done = status === 0;
      assert.ok(done || status === null || status === 137, String(stderr));
      if (!done) kills++;

      const writer = IndexWriter.open(path);
      writer.buildWith(BUILT_WITH);
      assert.deepEqual(writer.files(), [], `${call} ${k}`);
      writer.beginFile('a.txt', '', { format: 'text' });
      writer.finishFile('read', 'stamp', new Uint8Array(32));
      writer.commit();
      writer.close();
      const reader = IndexReader.open(path);
      assert.equal(reader.counts().files, 1);
      reader.close();
    }
  }
  t.diagnostic(`${kills} kills`);
  assert.ok(kills > 5, `${kills} kills`);
});

test('an index beside the write-ahead log of another database is built anew', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-rebuild-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'index.db');
  const first = IndexWriter.open(path);
  first.buildWith(BUILT_WITH);
  first.close();
  const other = openSqlite(join(folder, 'other.db'), { readOnly: false, busyTimeout: 0 });
  other.exec('CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1);');
  copyFileSync(join(folder, 'other.db-wal'), `${path}-wal`);
  other.close();
  const writer = IndexWriter.open(path);
  assert.match(writer.rebuiltBecause ?? '', /\.$/);
  writer.buildWith(BUILT_WITH);
  assert.deepEqual(writer.files(), []);
  writer.close();
});
