import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditRank } from '../../../src/core/records/audit.ts';
import { tokenize } from '../../../src/core/text/tokenize.ts';
import { RightOfWay } from '../../../src/engine/right-of-way.ts';
import { readRecord } from '../../../src/engine/source.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import type { IndexerService, IndexReport } from '../../../src/protocol/indexer.ts';
import type { RemoteError } from '../../../src/protocol/rpc.ts';
import { openSqlite } from '../../../src/store/driver.ts';
import { countsByRow, IndexedFolder, jsonl, SALT } from '../../support/indexing.ts';
import { until } from '../../support/until.ts';

let workspace: IndexedFolder;
beforeEach(() => {
  workspace = new IndexedFolder();
});
afterEach(() => workspace.remove());

/** Stamps of files younger than a tick of the clock are not trusted. */
const settle = () => sleep(80);

describe('indexing a folder', () => {
  test('every record is found with its place, its hash and its rank, and can be read again', async () => {
    workspace.write({
      'b.csv': 'id,text,topic\n7,"two\nlines",x\n8,plain,y\n',
      'a/c.jsonl': '\ufeff{"id":1,"text":"same"}\n{"text":"same"}\r\n',
      'notes.txt': 'first line\n\nsecond line',
    });
    const report = await workspace.index();
    assert.deepEqual(
      { ...report, ms: 0, bytesRead: 0, generation: 0 },
      {
        // On a slow machine there are commits in between.
        generation: 0,
        files: 3,
        filesRead: 3,
        records: 6,
        problems: 0,
        bytesRead: 0,
        ms: 0,
        cancelled: false,
        leader: true,
      },
    );
    assert.deepEqual(workspace.places(), [
      'b.csv:2',
      'b.csv:4',
      'notes.txt:1',
      'notes.txt:3',
      'a/c.jsonl:1',
      'a/c.jsonl:2',
    ]);
    const texts: string[] = [];
    for (const record of workspace.read((reader) => reader.rowsAfter(0, 10))) {
      const layout = workspace.read((reader) => reader.file(record.src)!.layout);
      const content = await readRecord(workspace.folder, layout, record);
      assert.ok(content !== 'changed');
      texts.push(content.text);
      const hash = createHash('sha256').update(content.text).digest();
      assert.equal(record.hash, hash.toString('hex').slice(0, 32));
      assert.equal(record.auditRank, auditRank(SALT, hash.subarray(0, 16)));
    }
    assert.deepEqual(texts, ['two\nlines', 'plain', 'first line', 'second line', 'same', 'same']);
    assert.deepEqual(
      workspace.read((reader) => reader.rowsAfter(0, 10).map(({ id, n }) => `${id} ${n}`)),
      ['7 0', '8 0', 'undefined 0', 'undefined 0', '1 0', 'undefined 1'],
    );
  });

  test('the term counts are those of the tokenizer', async () => {
    const texts = ['Red red blue, RED!', 'nothing in common', 'blue blue', '!!!'];
    workspace.write({ 'a.jsonl': jsonl(...texts) });
    await workspace.index();
    workspace.read((reader) => {
      const terms = [...reader.terms(-1)].map(({ term }) => term);
      const rows = Array.from(reader.blocks(0), countsByRow).flat();
      texts.forEach((text, i) => {
        const counted: Record<string, number> = {};
        rows[i]!.terms.forEach((term, at) => {
          counted[terms[term]!] = rows[i]!.counts[at]!;
        });
        const expected: Record<string, number> = {};
        for (const term of tokenize(text)) expected[term] = (expected[term] ?? 0) + 1;
        assert.deepEqual(counted, expected);
      });
    });
  });

  test('only what a rule covers is read, by the first rule that does', async () => {
    workspace.write({
      'in/a.jsonl': '{"text":"x","body":"y"}\n',
      'in/skip.jsonl': jsonl('x'),
      'in/deep/b.jsonl': jsonl('x'),
      'out/c.jsonl': jsonl('x'),
      'in/readme.md': 'no ending of ours\n',
      'in/log.data': 'one\ntwo\n',
    });
    await workspace.index([
      { include: ['in/*.jsonl'], exclude: ['**/skip*'], text: 'body' },
      { include: ['in/**/*.jsonl'], exclude: ['in/*'] },
      { include: ['in/*.data'], format: 'text' },
    ]);
    assert.deepEqual(workspace.places(), [
      'in/a.jsonl:1',
      'in/log.data:1',
      'in/log.data:2',
      'in/deep/b.jsonl:1',
    ]);
    assert.equal(
      workspace.read((reader) => reader.file('in/a.jsonl')?.layout.textField),
      'body',
    );
  });

  test('JSON files are read where a rule means them', async () => {
    workspace.write({
      'package.json': '{"name":"x"}',
      'data/a.json': '{"rows":[{"text":"a"},\n{"text":"b"}]}',
    });
    await workspace.index();
    assert.deepEqual(workspace.places(), []);
    await workspace.index([{ include: ['data/*.json'] }]);
    assert.deepEqual(workspace.places(), ['data/a.json:1', 'data/a.json:2']);
    const record = workspace.read((reader) => reader.record(2)!);
    const layout = workspace.read((reader) => reader.file('data/a.json')!.layout);
    assert.deepEqual(await readRecord(workspace.folder, layout, record), { text: 'b', fields: [] });
  });

  test('.gitignore is honoured at every level, but not for what a rule names', async () => {
    workspace.write({
      '.gitignore': '*.csv\n/build/\n!keep.csv\ndata/\n',
      'a.csv': 'text\nx\n',
      'keep.csv': 'text\nx\n',
      'build/b.jsonl': jsonl('x'),
      'src/build/c.jsonl': jsonl('x'),
      'src/.gitignore': 'd.jsonl\n',
      'src/d.jsonl': jsonl('x'),
      'data/e.jsonl': jsonl('x'),
      'data/.gitignore': 'secret*\n',
      'data/secret.jsonl': jsonl('x'),
      '.git/f.jsonl': jsonl('x'),
      'node_modules/g.jsonl': jsonl('x'),
      '.inkling/h.jsonl': jsonl('x'),
    });
    await workspace.index();
    assert.deepEqual(workspace.places(), ['keep.csv:2', 'src/build/c.jsonl:1']);
    await workspace.index([{ include: ['data/*.jsonl', 'a.csv', 'node_modules/**'] }]);
    assert.deepEqual(workspace.places(), ['a.csv:2', 'data/e.jsonl:1']);
  });

  test("Inkling's own exports are never indexed", async () => {
    workspace.write({
      'labels.jsonl': '{"text":"x","label":"spam","meta":{"inkling":1}}\n',
      'a.jsonl': jsonl('x'),
    });
    const report = await workspace.index();
    assert.deepEqual(workspace.places(), ['a.jsonl:1']);
    assert.equal(report.problems, 0);
    assert.equal(report.files, 1);
  });

  test('links, pipes and files that are not text are skipped with a reason, and hang nothing', async () => {
    workspace.write({
      'a.jsonl': jsonl('x'),
      'picture.txt': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    });
    symlinkSync('/etc/passwd', join(workspace.folder, 'link.txt'));
    symlinkSync('..', join(workspace.folder, 'loop'));
    symlinkSync('nowhere', join(workspace.folder, 'dangling.txt'));
    execFileSync('mkfifo', [join(workspace.folder, 'pipe.txt')]);
    await workspace.index();
    const problems = [
      'dangling.txt:1 symbolic-link',
      'link.txt:1 symbolic-link',
      'picture.txt:1 binary',
      'pipe.txt:1 not-a-file',
    ];
    assert.deepEqual(workspace.places(), ['a.jsonl:1']);
    assert.deepEqual(workspace.problems(), problems);
    const again = await workspace.index();
    assert.equal(again.filesRead, 0);
    assert.deepEqual(workspace.problems(), problems);
  });

  test('a file or folder without permission is reported, and the rest goes on', {
    skip: process.getuid?.() === 0 ? 'skipped: root may read everything' : false,
  }, async () => {
    workspace.write({ 'a.jsonl': jsonl('x'), 'b.jsonl': jsonl('x'), 'c/d.jsonl': jsonl('x') });
    chmodSync(join(workspace.folder, 'b.jsonl'), 0);
    chmodSync(join(workspace.folder, 'c'), 0);
    await workspace.index();
    chmodSync(join(workspace.folder, 'c'), 0o755);
    assert.deepEqual(workspace.places(), ['a.jsonl:1']);
    assert.deepEqual(workspace.problems(), ['b.jsonl:1 file-unreadable', 'c:1 folder-unreadable']);
  });

  test('patterns that lead out of the folder or could hang a match are refused', async () => {
    for (const include of ['../*.jsonl', '/etc/*', 'a/../../b', 'C:\\x\\*', `${'*a'.repeat(20)}b`]) {
      await assert.rejects(workspace.index([{ include: [include] }]), { code: 'glob-unusable' }, include);
    }
  });

  test('sources are never written to', async () => {
    workspace.write({ 'a.jsonl': jsonl('x'), 'b.txt': 'y' });
    const before = statSync(join(workspace.folder, 'a.jsonl'), { bigint: true });
    await workspace.index();
    const after = statSync(join(workspace.folder, 'a.jsonl'), { bigint: true });
    assert.equal(readFileSync(join(workspace.folder, 'a.jsonl'), 'utf8'), jsonl('x'));
    assert.deepEqual([after.mtimeNs, after.ctimeNs], [before.mtimeNs, before.ctimeNs]);
  });

  test('indexing twice from nothing gives the same index', async () => {
    workspace.write({ 'a.jsonl': jsonl('x', 'y', 'x'), 'b/c.txt': 'z\n' });
    const snapshot = () =>
      workspace.read((reader) => ({
        records: reader.rowsAfter(0, 100),
        counts: Array.from(reader.blocks(0), countsByRow).flat(),
        terms: [...reader.terms(-1)],
      }));
    await workspace.index();
    const first = snapshot();
    rmSync(workspace.indexPath);
    await workspace.index();
    assert.deepEqual(snapshot(), first);
  });

  test('a Japanese file is read as the project says, and each record is found again in its bytes', async () => {
    // 表 ends in the byte of a backslash, ソ too, and the separator of columns is the second byte of ポ.
    const bytes = Buffer.from('id|text\n1|\x95\x5c\x83\x5c\n2|\x83\x7c\n3|\x81\n', 'latin1');
    workspace.write({ 'a.csv': bytes });
    const report = await workspace.index([{ include: ['*.csv'], encoding: 'Shift_JIS' }]);
    assert.deepEqual([report.records, report.problems], [2, 1]);
    const texts: string[] = [];
    for (const record of workspace.read((reader) => reader.rowsAfter(0, 10))) {
      const content = await readRecord(
        workspace.folder,
        workspace.read((reader) => reader.file(record.src)!.layout),
        record,
      );
      texts.push(content === 'changed' ? content : content.text);
    }
    assert.deepEqual(texts, ['表ソ', 'ポ']);
  });
});

describe('indexing again', () => {
  test('unchanged files are not read, changed ones are, removed ones are gone', async () => {
    workspace.write({ 'a.jsonl': jsonl('a'), 'b.jsonl': jsonl('b'), 'c.jsonl': jsonl('c') });
    await settle();
    const { generation } = await workspace.index();
    workspace.write({ 'b.jsonl': jsonl('new', 'b') });
    rmSync(join(workspace.folder, 'c.jsonl'));
    const report = await workspace.index();
    assert.equal(report.filesRead, 1);
    assert.deepEqual(workspace.places(), ['a.jsonl:1', 'b.jsonl:1', 'b.jsonl:2']);
    // On a slow machine there are commits in between.
    assert.ok(report.generation > generation);
  });

  test('nothing changed: nothing is read or written, and the generation stays', async () => {
    workspace.write({ 'a.jsonl': jsonl('a'), 'broken.jsonl': '{\n' });
    await settle();
    const first = await workspace.index();
    const second = await workspace.index();
    assert.equal(second.bytesRead, 0);
    assert.equal(second.generation, first.generation);
    assert.deepEqual([second.records, second.problems], [1, 1]);
  });

  test('a file that was only touched keeps its rows', async () => {
    workspace.write({ 'a.jsonl': jsonl('a') });
    await settle();
    const first = await workspace.index();
    utimesSync(join(workspace.folder, 'a.jsonl'), 5, 5);
    await settle();
    const second = await workspace.index();
    assert.ok(second.bytesRead > 0);
    assert.equal(second.filesRead, 0);
    assert.equal(second.generation, first.generation);
    assert.equal((await workspace.index()).bytesRead, 0);
  });

  test('another text of the same length under the old time is found', async () => {
    workspace.write({ 'a.jsonl': jsonl('aaa') });
    await settle();
    await workspace.index();
    workspace.write({ 'a.jsonl': jsonl('bbb') });
    await workspace.index();
    const hash = createHash('sha256').update('bbb').digest('hex').slice(0, 32);
    assert.equal(
      workspace.read((reader) => reader.byHash(hash).length),
      1,
    );
  });

  test('a renamed file keeps its hashes, by which labels follow', async () => {
    workspace.write({ 'a.jsonl': jsonl('x', 'y') });
    await workspace.index();
    const hashes = () => workspace.read((reader) => reader.rowsAfter(0, 9).map(({ hash }) => hash));
    const before = hashes();
    renameSync(join(workspace.folder, 'a.jsonl'), join(workspace.folder, 'b.jsonl'));
    await workspace.index();
    assert.deepEqual(hashes(), before);
    assert.deepEqual(workspace.places(), ['b.jsonl:1', 'b.jsonl:2']);
  });

  test('another rule for a file means reading it again', async () => {
    workspace.write({ 'a.jsonl': '{"text":"x","body":"y"}\n' });
    await settle();
    await workspace.index();
    const report = await workspace.index([{ include: ['**/*'], text: 'body' }]);
    assert.equal(report.filesRead, 1);
    assert.equal((await workspace.index([{ include: ['*.jsonl'], text: 'body' }])).filesRead, 0);
  });

  test('another salt builds the index again, with other ranks', async () => {
    workspace.write({ 'a.jsonl': jsonl('x') });
    await workspace.index();
    const rank = () => workspace.read((reader) => reader.rowsAfter(0, 1)[0]!.auditRank);
    const before = rank();
    await workspace.index(undefined, 'ff'.repeat(16));
    assert.notEqual(rank(), before);
  });

  test('an index that was damaged or deleted is built again, even while it is open', async () => {
    workspace.write({ 'a.jsonl': jsonl('x') });
    const indexer = workspace.indexer();
    await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
    rmSync(workspace.indexPath);
    const report = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
    assert.equal(report.records, 1);
    await indexer.close();
    truncateSync(workspace.indexPath, 5000);
    assert.equal((await workspace.index()).records, 1);
    assert.deepEqual(workspace.places(), ['a.jsonl:1']);
  });
});

describe('an index that holds nonsense', () => {
  test('is moved aside and built again, though it passes every check', async () => {
    workspace.write({ 'a.jsonl': jsonl('x', 'y') });
    await workspace.index();
    const db = openSqlite(workspace.indexPath, { readOnly: false, busyTimeout: 0 });
    db.exec(`UPDATE meta SET value = 1 WHERE name = 'next-row'`);
    db.close();
    workspace.write({ 'b.jsonl': jsonl('z') });
    assert.equal((await workspace.index()).records, 3);
    assert.deepEqual(workspace.places(), ['a.jsonl:1', 'a.jsonl:2', 'b.jsonl:1']);
  });
});

describe('the worker', () => {
  const events = () => ({ progress: () => {}, committed: () => {}, sourcesChanged: () => {} });
  const start = (folder: string, indexPath: string, onExit = () => {}) =>
    startWorker<IndexerService>('indexer', { folder, indexPath }, events(), { report: assert.fail, onExit });

  test('indexes in its thread, and lets go of the lease when it is ended without notice', async () => {
    workspace.write({ 'a.jsonl': jsonl('x') });
    const request = { sources: [{ include: ['**/*'] }], salt: SALT };
    const first = start(workspace.folder, workspace.indexPath);
    assert.equal((await first.remote.index(request)).leader, true);
    assert.equal((await workspace.index()).leader, false);
    await first.close();
    assert.equal((await workspace.index()).leader, true);
  });

  test('says what a person can do about a failure', async () => {
    mkdirSync(join(workspace.home, 'cache'));
    writeFileSync(join(workspace.home, 'cache', 'index.db.lease'), '');
    const worker = start(workspace.folder, join(workspace.home, 'cache', 'index.db.lease', 'index.db'));
    await assert.rejects(worker.remote.index({ sources: [], salt: SALT }), (error: RemoteError) => {
      assert.equal(error.code, 'index-not-writable');
      assert.match(error.wayOut ?? '', /INKLING_CACHE/);
      return true;
    });
    await worker.close();
  });
});

for (const { by, largeFile, many } of [
  { by: '', largeFile: undefined, many: 6_000 },
  { by: ', by a thread that reads', largeFile: 0, many: 40_000 },
]) {
  const useThread = () => {
    workspace.largeFile = largeFile;
  };

  describe(`files that change while they are read${by}`, () => {
    beforeEach(useThread);

    test('a growing file is read up to its last full line, and the rest later', async () => {
      const path = join(workspace.folder, 'log.jsonl');
      workspace.write({ 'log.jsonl': `${jsonl(...texts(many))}{"text":"half a l` });
      let grown = false;
      const indexer = workspace.indexer({
        committed: () => {
          if (!grown) appendFileSync(path, 'ine"}\n');
          grown = true;
        },
      });
      const first = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.ok(grown);
      assert.deepEqual([first.records, first.problems], [many, 0]);
      const second = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.deepEqual([second.records, second.problems], [many + 1, 0]);
    });

    test('a file that was replaced under the reader is read anew, never mixed', async () => {
      const path = join(workspace.folder, 'a.jsonl');
      workspace.write({ 'a.jsonl': jsonl(...texts(many)) });
      let replaced = false;
      const indexer = workspace.indexer({
        committed: () => {
          if (!replaced) writeFileSync(path, jsonl('new'));
          replaced = true;
        },
      });
      const report = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.ok(replaced);
      assert.equal(report.records, 1);
      assert.deepEqual(workspace.places(), ['a.jsonl:1']);
    });

    test('a file that never rests is reported, and its neighbours are read', async () => {
      workspace.write({ 'a.jsonl': jsonl(...texts(60_000)), 'b.jsonl': jsonl('x') });
      const path = join(workspace.folder, 'a.jsonl');
      const indexer = workspace.indexer({ progress: () => utimesSync(path, new Date(), new Date()) });
      const touching = setInterval(() => utimesSync(path, new Date(), new Date()), 1);
      await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      clearInterval(touching);
      assert.deepEqual(workspace.places(), ['b.jsonl:1']);
      assert.deepEqual(workspace.problems(), ['a.jsonl:1 file-changing']);
    });
  });

  describe(`while indexing${by}`, () => {
    beforeEach(useThread);

    test('the first records are committed long before the last', async () => {
      workspace.write({ 'a.jsonl': jsonl(...texts(many)) });
      let firstSeen = 0;
      const indexer = workspace.indexer({
        committed: () => {
          firstSeen ||= workspace.read((reader) => reader.counts().records);
        },
      });
      await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.ok(firstSeen > 0 && firstSeen < many, `${firstSeen} records in the first commit`);
    });

    test('a cancelled run keeps what it has, and the next one completes it', async () => {
      workspace.write({ 'a.jsonl': jsonl(...texts(many)), 'b.jsonl': jsonl('x') });
      const indexer = workspace.indexer({ committed: () => void indexer.cancel() });
      const report = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.equal(report.cancelled, true);
      assert.ok(report.records > 0 && report.records < many);
      assert.equal(workspace.places().length, report.records);
      const whole = await workspace.index();
      assert.equal(whole.leader, false, 'the cancelled indexer still leads');
      await indexer.close();
      assert.equal((await workspace.index()).records, many + 1);
    });

    test('a cancelled run that would have replaced a file leaves the file as it was', async () => {
      workspace.write({ 'a.jsonl': jsonl('old') });
      await workspace.index();
      workspace.write({ 'a.jsonl': jsonl(...texts(many)) });
      const indexer = workspace.indexer({ progress: () => void indexer.cancel() });
      const report = await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.equal(report.cancelled, true);
      assert.deepEqual(workspace.places(), ['a.jsonl:1']);
    });

    test('calls during a run share the run after it', async () => {
      workspace.write({ 'a.jsonl': jsonl(...texts(many)) });
      const indexer = workspace.indexer();
      const request = { sources: [{ include: ['**/*'] }], salt: SALT };
      const first = indexer.index(request);
      await sleep(1);
      const second = indexer.index(request);
      const third = indexer.index({ sources: [{ include: ['nothing'] }], salt: SALT });
      assert.equal((await first).records, many);
      assert.equal(await second, await third);
      assert.equal((await third).records, 0, 'the newest request counts');
    });

    test('progress comes at most ten times a second and ends with the truth', async () => {
      workspace.write({ 'a.jsonl': jsonl(...texts(many)), 'b.jsonl': '{\n' });
      const seen: { files: number; filesDone: number; records: number; problems: number }[] = [];
      const started = performance.now();
      const indexer = workspace.indexer({ progress: (progress) => void seen.push(progress) });
      await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      assert.deepEqual(seen.at(-1), { files: 2, filesDone: 2, records: many, problems: 1 });
      assert.ok(seen.length <= 2 + (performance.now() - started) / 100);
    });
  });
}

describe('two processes', () => {
  test('one leads, the other follows and takes over when the leader goes', async () => {
    workspace.write({ 'a.jsonl': jsonl('x') });
    const request = { sources: [{ include: ['**/*'] }], salt: SALT };
    const leader = workspace.indexer();
    let told = 0;
    let isLeaderGone = false;
    const follower = workspace.indexer({
      committed: (generation) => {
        told = generation;
      },
      sourcesChanged: () => {
        isLeaderGone = true;
      },
    });
    const first = await leader.index(request);
    const report = await follower.index(request);
    assert.deepEqual([first.leader, report.leader], [true, false]);
    assert.deepEqual([report.records, report.generation], [1, first.generation]);
    workspace.write({ 'b.jsonl': jsonl('y') });
    const second = await leader.index(request);
    assert.ok(second.generation > first.generation);
    await until('the follower is told', () => told === second.generation);
    assert.equal(isLeaderGone, false);
    await leader.close();
    await until('the follower is told that the leader has gone', () => isLeaderGone);
    assert.equal((await follower.index(request)).leader, true);
  });
});

describe('watching', () => {
  test('new, changed and removed files are told, once a burst', async () => {
    workspace.write({ 'a/a.jsonl': jsonl('x') });
    const request = { sources: [{ include: ['**/*'] }], salt: SALT };
    const indexer = workspace.indexer();
    await indexer.watch(true);
    await indexer.index(request);
    for (const act of [
      () => workspace.write({ 'a/b.jsonl': jsonl('x'), 'a/c.jsonl': jsonl('y') }),
      () => appendFileSync(join(workspace.folder, 'a/b.jsonl'), jsonl('z')),
      () => rmSync(join(workspace.folder, 'a/b.jsonl')),
      () => mkdirSync(join(workspace.folder, 'a/deep')),
    ]) {
      const before = workspace.sourcesChanged;
      act();
      await until('the change is told', () => workspace.sourcesChanged > before);
      assert.equal(workspace.sourcesChanged, before + 1);
      await indexer.index(request);
    }
    // The new folder is watched since the run that found it.
    const before = workspace.sourcesChanged;
    workspace.write({ 'a/deep/d.jsonl': jsonl('x') });
    await until('the change in the new folder is told', () => workspace.sourcesChanged > before);
    await indexer.watch(false);
  });

  test('a folder that another one took the place of is watched as before', async () => {
    workspace.write({ 'a/a.jsonl': jsonl('x') });
    const request = { sources: [{ include: ['**/*'] }], salt: SALT };
    const indexer = workspace.indexer();
    await indexer.watch(true);
    await indexer.index(request);
    // As git does when it goes to another branch and back.
    rmSync(join(workspace.folder, 'a'), { recursive: true });
    workspace.write({ 'a/a.jsonl': jsonl('y') });
    await until('the change is told', () => workspace.sourcesChanged > 0);
    await indexer.index(request);
    const before = workspace.sourcesChanged;
    workspace.write({ 'a/b.jsonl': jsonl('z') });
    await until('the change in the other folder is told', () => workspace.sourcesChanged > before);
    await indexer.watch(false);
  });

  test('what comes after a folder was listed and before the reading ends is told', async () => {
    workspace.write({ 'a.jsonl': jsonl('x') });
    const indexer = workspace.indexer({
      committed: (generation) => {
        if (generation === 1) workspace.write({ 'b.jsonl': jsonl('y') });
      },
    });
    await indexer.watch(true);
    await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
    await until('the change is told', () => workspace.sourcesChanged > 0);
    await indexer.watch(false);
  });
});

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `the text of record number ${i} is about topic ${i % 17}`);
}

test('a file of 55 MB, larger than any editor opens as text, is read to its last record, which is found again', async () => {
  const filler = 'word '.repeat(11_000);
  workspace.write({ 'large.jsonl': jsonl(...Array.from({ length: 1000 }, (_, at) => `${at} ${filler}`)) });
  assert.ok(statSync(join(workspace.folder, 'large.jsonl')).size > 50 * 1024 * 1024);
  assert.equal((await workspace.index()).records, 1000);
  const [last, layout] = workspace.read((reader) => [
    reader.rowsAfter(0, 1000).at(-1)!,
    reader.file('large.jsonl')!.layout,
  ]);
  assert.equal(last.line, 1000);
  const read = await readRecord(workspace.folder, layout, last);
  assert.ok(read !== 'changed' && read.text.startsWith('999 word'));
});

test('reading stands still while an answer is on its way to the disk, and is complete all the same', async () => {
  // It stands still for a moment after each file, so that of many one is met.
  const files = Array.from({ length: 300 }, (_, at) => [`${at}.txt`, 'a line of text\n']);
  workspace.write(Object.fromEntries(files));
  const way = new RightOfWay();
  const events = { progress() {}, committed() {}, sourcesChanged() {} };
  const worker = startWorker<IndexerService>(
    'indexer',
    { folder: workspace.folder, indexPath: workspace.indexPath, rightOfWay: way.shared },
    events,
    { report: assert.ifError, onExit: () => assert.fail('the indexer ended') },
  );
  try {
    const counter = new Int32Array(way.shared);
    let indexing: Promise<IndexReport> | undefined;
    await way.take(async () => {
      indexing = worker.remote.index({ sources: [{ include: ['**/*'] }], salt: SALT });
      let isRead = false;
      indexing.finally(() => (isRead = true)).catch(() => {});
      // Whoever stands still is woken by this, and counted.
      while (Atomics.notify(counter, 0) === 0) {
        assert.ok(!isRead, 'all was read without standing still once');
        await sleep(1);
      }
    });
    assert.equal((await indexing!).records, 300);
  } finally {
    await worker.close();
  }
});
