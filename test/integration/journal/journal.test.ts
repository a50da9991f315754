import '../../support/home.ts';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEvent } from '../../../src/core/records/event.ts';
import { Journal, type JournalChange } from '../../../src/journal/journal.ts';
import { LONGEST_LINE, lineOf } from '../../../src/journal/line.ts';
import { verifyJournal } from '../../../src/journal/verify.ts';
import { openFiles } from '../../support/open-files.ts';
import { until } from '../../support/until.ts';

const rec = { hash: 'a'.repeat(32), src: 'data/a.jsonl', line: 1, n: 0 };
const act = { op: 'label', rec, labels: ['L1'] } as const;

/** A workspace folder, removed at the end, and the journals opened on it, closed at the end. */
class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'inkling-journal-'));
  readonly labels = join(this.folder, '.inkling', 'labels');
  readonly #opened: Journal[] = [];

  async open(annotator = 'ann'): Promise<Journal & { events: JournalEvent[]; changes: JournalChange[] }> {
    const changes: JournalChange[] = [];
    const onChange = (change: JournalChange) => changes.push(change);
    const { journal, events } = await Journal.open(this.folder, { annotator, onChange });
    this.#opened.push(journal);
    return Object.assign(journal, { events, changes });
  }

  names(ending = '.jsonl'): string[] {
    return readdirSync(this.labels).filter((name) => name.endsWith(ending));
  }

  path(name: string): string {
    return join(this.labels, name);
  }

  /** Writes a file into `.inkling/labels`, which is made for it. */
  put(name: string, content: string | Buffer): void {
    mkdirSync(this.labels, { recursive: true });
    writeFileSync(this.path(name), content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const journal of this.#opened) await journal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function label(journal: Journal, more: object = {}): Promise<JournalEvent> {
  const event = journal.stamp({ ...act, ...more });
  await journal.append([event]);
  return event;
}

function line(number: number, more: object = {}): string {
  const id = `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  return JSON.stringify({
    v: 1,
    id,
    lam: number,
    at: '2026-01-01T00:00:00Z',
    by: 'bob',
    op: 'label',
    rec,
    labels: ['L1'],
    ...more,
  });
}

test('opening a folder makes nothing in it; the first label makes the journal and what git needs beside it', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  assert.equal(existsSync(join(workspace.folder, '.inkling')), false);
  const event = await label(journal);
  const [name] = workspace.names();
  assert.match(name!, /^ann\.[a-z0-9]{8}-0\.jsonl$/);
  assert.equal(readFileSync(workspace.path(name!), 'utf8'), lineOf(event));
  assert.equal(readFileSync(workspace.path('.gitattributes'), 'utf8'), '*.jsonl -text merge=union\n');
  assert.deepEqual((await workspace.open()).events, [event]);
});

test('labels given together are written together, each acknowledged', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  const events = await Promise.all(Array.from({ length: 100 }, () => label(journal)));
  assert.deepEqual(
    (await workspace.open()).events.map(({ id }) => id),
    events.map(({ id }) => id),
  );
  assert.deepEqual(
    events.map(({ lam }) => lam),
    events.map((_, position) => position + 1),
  );
});

test('two windows write two files and see each other', async () => {
  await using workspace = new Workspace();
  const [first, second] = [await workspace.open(), await workspace.open()];
  first.watch();
  second.watch();
  const one = await label(first);
  await until('the second sees it', () => second.changes.length > 0);
  const two = await label(second);
  await until('the first sees it', () => first.changes.length > 0);
  assert.equal(workspace.names().length, 2);
  assert.deepEqual(second.changes, [{ kind: 'added', events: [one] }]);
  assert.deepEqual(first.changes, [{ kind: 'added', events: [two] }]);
  assert.ok(two.lam > one.lam, 'the later label is later in the order');
});

test('a closed window hands its file on', async () => {
  await using workspace = new Workspace();
  const first = await workspace.open();
  await label(first);
  await first.close();
  await label(await workspace.open());
  assert.equal(workspace.names().length, 1);
});

test('the lock of a process that is gone is taken over, that of another machine is respected', async () => {
  await using workspace = new Workspace();
  const first = await workspace.open();
  await label(first);
  const [lock] = workspace.names('.lock');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  await first.close();
  writeFileSync(workspace.path(lock!), JSON.stringify({ pid: process.pid, host: 'elsewhere' }));
  const second = await workspace.open();
  await label(second);
  assert.equal(workspace.names().length, 2);
  await second.close();
  writeFileSync(
    workspace.path(lock!),
    JSON.stringify({ pid: gone, host: (await import('node:os')).hostname() }),
  );
  await label(await workspace.open());
  assert.equal(workspace.names().length, 2);
});

test('a process that took the id of the one that made the lock does not keep it', async () => {
  await using workspace = new Workspace();
  const first = await workspace.open();
  await label(first);
  const [lock] = workspace.names('.lock');
  await first.close();
  const { hostname } = await import('node:os');
  writeFileSync(workspace.path(lock!), JSON.stringify({ pid: process.pid, host: hostname(), began: '1' }));
  await label(await workspace.open());
  assert.equal(workspace.names().length, process.platform === 'linux' ? 1 : 2);
});

test('a process that was killed and is not looked after yet does not keep its lock', {
  skip: process.platform === 'linux' ? false : 'skipped: only Linux tells',
}, async () => {
  await using workspace = new Workspace();
  const first = await workspace.open();
  await label(first);
  const [lock] = workspace.names('.lock');
  await first.close();
  // The shell becomes a program that never asks after its child, which ends later and stays as a zombie.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30']);
  const pid = Number(String((await once(parent.stdout, 'data'))[0]));
  const statOf = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  while (statOf()[2] !== 'Z') await sleep(5);
  const { hostname } = await import('node:os');
  writeFileSync(workspace.path(lock!), JSON.stringify({ pid, host: hostname(), began: statOf()[21] }));
  await label(await workspace.open());
  assert.equal(workspace.names().length, 1);
  parent.kill();
});

test('a branch with other labels replaces the labels; the next label goes into its file', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  const [one, two] = [await label(journal), await label(journal)];
  await journal.refresh();
  const [name] = workspace.names();
  writeFileSync(workspace.path('new'), lineOf(one));
  renameSync(workspace.path('new'), workspace.path(name!));
  journal.changes.length = 0;
  await journal.refresh();
  assert.deepEqual(journal.changes, [{ kind: 'replaced', events: [one] }]);
  const three = await label(journal);
  assert.deepEqual((await workspace.open()).events, [one, three]);
  assert.ok(three.lam > two.lam);
});

test('a deleted journal is begun anew with the next label', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await label(journal);
  await journal.refresh();
  journal.changes.length = 0;
  rmSync(join(workspace.folder, '.inkling'), { recursive: true });
  await journal.refresh();
  assert.deepEqual(journal.changes, [{ kind: 'replaced', events: [] }]);
  const event = await label(journal);
  assert.deepEqual((await workspace.open()).events, [event]);
});

test('a workspace folder that was moved away is not made again, and the label is refused', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await label(journal);
  const moved = `${workspace.folder}-moved`;
  renameSync(workspace.folder, moved);
  await assert.rejects(label(journal), { code: 'folder-missing' });
  assert.equal(existsSync(workspace.folder), false);
  renameSync(moved, workspace.folder);
  await label(journal);
  assert.equal(journal.paused, undefined);
  assert.equal((await workspace.open()).events.length, 2);
});

test('a label that was refused is not taken for saved when its bytes are read back', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await label(journal);
  const event = journal.stamp(act);
  const [name] = workspace.names();
  const content = readFileSync(workspace.path(name!));
  rmSync(workspace.path(name!));
  mkdirSync(workspace.path(name!));
  await assert.rejects(journal.append([event]), { code: 'labels-not-saved' });
  rmSync(workspace.path(name!), { recursive: true });
  writeFileSync(workspace.path(name!), Buffer.concat([content, Buffer.from(lineOf(event))]));
  journal.changes.length = 0;
  await journal.refresh();
  const taken = journal.changes.flatMap(({ events }) => events.map(({ id }) => id));
  assert.equal(taken.includes(event.id), false);
  await journal.append([event]);
  assert.equal((await verifyJournal(workspace.folder)).copies, 1);
});

/** Lines that must be kept byte for byte, reported, and never obeyed. */
const hostile: Record<string, { line: string | Buffer; code: string }> = {
  'half a line': { line: '{"v":1,"id":', code: 'torn-line' },
  'a damaged line': { line: '{"v":1,"id";}', code: 'json-syntax' },
  'NUL bytes': { line: '\0\0\0\0', code: 'json-syntax' },
  'bytes that are not UTF-8': { line: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), code: 'utf8-invalid' },
  'a mark of a git merge': { line: '<<<<<<< HEAD', code: 'merge-conflict' },
  'a list': { line: '[1]', code: 'not-an-object' },
  'no version': { line: '{"a":1}', code: 'version-missing' },
  'a newer version': { line: line(1, { v: 99 }), code: 'newer-version' },
  'an unknown act': { line: line(1, { op: 'explode' }), code: 'unknown-op' },
  'an id that is none': { line: line(1, { id: '../../etc/passwd' }), code: 'field-type' },
  'a counter that leaves no room': { line: line(1, { lam: 2 ** 53 - 1 }), code: 'field-type' },
  'a counter that is a text': { line: line(1, { lam: '5' }), code: 'field-type' },
  'labels that are an object': { line: line(1, { labels: { length: 1 } }), code: 'field-type' },
  'a record without a hash': { line: line(1, { rec: { ...rec, hash: 'x' } }), code: 'field-type' },
  'a record that is null': { line: line(1, { rec: null }), code: 'field-type' },
  'an undo of nothing': { line: line(1, { op: 'undo', of: 7 }), code: 'field-type' },
  'a very long line': { line: line(1, { note: 'x'.repeat(LONGEST_LINE) }), code: 'line-too-long' },
  'a line of 40 MB': { line: Buffer.alloc(40_000_000, 'x'), code: 'line-too-long' },
};

for (const [name, { line: bad, code }] of Object.entries(hostile)) {
  test(`${name} in a journal is kept, reported and not obeyed, and its neighbours count`, async () => {
    await using workspace = new Workspace();
    const content = Buffer.concat([
      Buffer.from(`${line(2)}\n`),
      Buffer.from(bad),
      Buffer.from(`\n${line(3)}\n`),
    ]);
    workspace.put('bob.x-0.jsonl', content);
    const journal = await workspace.open();
    assert.deepEqual(
      journal.events.map(({ lam }) => lam),
      [2, 3],
    );
    assert.deepEqual(
      journal.problems.map(({ file, line, code }) => [file, line, code]),
      [['.inkling/labels/bob.x-0.jsonl', 2, code]],
    );
    assert.deepEqual((await verifyJournal(workspace.folder)).problems, journal.problems);
    assert.equal((await label(journal)).lam, 4);
    assert.ok(readFileSync(workspace.path('bob.x-0.jsonl')).equals(content));
  });
}

test('fields that are not known are kept, and prototypes are not touched', async () => {
  await using workspace = new Workspace();
  const odd = `${line(1).slice(0, -1)},"__proto__":{"by":"eve"},"constructor":1,"later":true,"why":{"p":"x","ms":3,"__proto__":{"p":1}}}\r\n`;
  workspace.put('bob.x-0.jsonl', `\uFEFF${odd}\n  \n`);
  const journal = await workspace.open();
  assert.deepEqual(
    journal.events.map(({ by, why }) => [by, why]),
    [['bob', { ms: 3 }]],
  );
  assert.deepEqual(journal.problems, []);
  assert.equal(({} as { by?: string }).by, undefined);
});

test('a file with lines of a newer version is read, and written to by nobody here', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await label(journal);
  const [name] = workspace.names();
  await journal.close();
  appendFileSync(workspace.path(name!), `${line(9, { v: 2 })}\n`);
  const before = readFileSync(workspace.path(name!));
  const next = await workspace.open();
  assert.equal(next.events.length, 1);
  await label(next);
  assert.ok(readFileSync(workspace.path(name!)).equals(before));
  assert.equal(workspace.names().length, 2);
});

test('links, pipes and folders among the journals are left alone and reported', async () => {
  await using workspace = new Workspace();
  workspace.put('real', `${line(1)}\n`);
  symlinkSync(workspace.path('real'), workspace.path('link.jsonl'));
  mkdirSync(workspace.path('folder.jsonl'));
  execFileSync('mkfifo', [workspace.path('pipe.jsonl')]);
  const journal = await workspace.open();
  assert.deepEqual(journal.events, []);
  assert.deepEqual(
    journal.problems.map(({ code }) => code),
    ['not-a-file', 'not-a-file', 'not-a-file'],
  );
  await journal.refresh();
});

test('labels are never written through a link out of the workspace', async () => {
  await using workspace = new Workspace();
  await using elsewhere = new Workspace();
  symlinkSync(elsewhere.folder, join(workspace.folder, '.inkling'));
  mkdirSync(join(elsewhere.folder, 'labels'));
  await assert.rejects(workspace.open(), { code: 'labels-outside' });
  rmSync(join(workspace.folder, '.inkling'));
  const journal = await workspace.open();
  symlinkSync(elsewhere.folder, join(workspace.folder, '.inkling'));
  await assert.rejects(label(journal), { code: 'labels-outside' });
  assert.deepEqual(readdirSync(join(elsewhere.folder, 'labels')), []);
});

test('a journal that grows while it is read is read to its end, in pieces of any size', async () => {
  await using workspace = new Workspace();
  const whole = Buffer.from(Array.from({ length: 30 }, (_, number) => `${line(number + 1)}\n`).join(''));
  workspace.put('bob.x-0.jsonl', '');
  const journal = await workspace.open();
  const seen = new Set<string>();
  for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 401) {
    appendFileSync(workspace.path('bob.x-0.jsonl'), whole.subarray(at, at + size));
    await journal.refresh();
  }
  for (const { kind, events } of journal.changes) {
    assert.equal(kind, 'added');
    for (const { id } of events) seen.add(id);
  }
  assert.equal(seen.size, 30);
  assert.deepEqual(journal.problems, []);
});

test('an edit by hand in the middle of a journal is noticed', async () => {
  await using workspace = new Workspace();
  workspace.put('bob.x-0.jsonl', `${line(1)}\n${line(2)}\n`);
  const journal = await workspace.open();
  workspace.put('bob.x-0.jsonl', `${line(1, { labels: ['L2'] })}\n${line(2)}\n`);
  utimesSync(workspace.path('bob.x-0.jsonl'), new Date(), new Date(Date.now() + 2000));
  await journal.refresh();
  assert.deepEqual(
    journal.changes.map(({ kind, events }) => [kind, events[0]!.labels]),
    [['replaced', ['L2']]],
  );
});

test('verify names the second of two different events with one id, and counts plain copies', async () => {
  await using workspace = new Workspace();
  workspace.put('a.jsonl', `${line(1)}\n${line(1)}\n`);
  workspace.put('b.jsonl', `${line(1, { labels: ['L2'] })}\n${line(2)}`);
  const report = await verifyJournal(workspace.folder);
  assert.deepEqual(
    { ...report, problems: report.problems.map(({ file, line, code }) => [file, line, code]) },
    {
      files: 2,
      lines: 4,
      events: 2,
      copies: 1,
      problems: [['.inkling/labels/b.jsonl', 1, 'id-reused']],
    },
  );
});

test('a note that is too long for a line is refused before anything is written', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await assert.rejects(label(journal, { op: 'note', text: 'x'.repeat(LONGEST_LINE) }), {
    code: 'line-too-long',
  });
  assert.equal(existsSync(join(workspace.folder, '.inkling')), false);
});

test('a folder or a file that may not be written refuses labels with a sentence that names it', async () => {
  await using workspace = new Workspace();
  const asNobody = async (act: () => Promise<void>) => {
    // Root may write anywhere, so the test is somebody else for a moment.
    const root = process.geteuid!() === 0;
    if (root) process.seteuid!(65534);
    try {
      await act();
    } finally {
      if (root) process.seteuid!(0);
    }
  };
  chmodSync(workspace.folder, 0o555);
  const journal = await workspace.open();
  await asNobody(() =>
    assert.rejects(label(journal), { code: 'labels-read-only', message: /^\.inkling can't/ }),
  );
  assert.equal(journal.paused?.code, 'labels-read-only');
  chmodSync(workspace.folder, 0o755);
  await label(journal);
  assert.equal(journal.paused, undefined);
  const [name] = workspace.names();
  chmodSync(workspace.labels, 0o777);
  chmodSync(workspace.path(name!), 0o444);
  await asNobody(() =>
    assert.rejects(label(journal), { code: 'labels-read-only', message: /0\.jsonl can't/ }),
  );
  chmodSync(workspace.path(name!), 0o644);
  await label(journal);
  assert.equal((await workspace.open()).events.length, 2);
});

test('ten thousand labels leave no file open', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  await label(journal);
  const before = openFiles();
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 500 }, () => label(journal)));
    await journal.refresh();
  }
  assert.deepEqual(openFiles(), before);
});

test('a git that turns line ends into CR LF leaves journals alone, and one that was turned is read and continued', async () => {
  await using workspace = new Workspace();
  const journal = await workspace.open();
  const events = [await label(journal), await label(journal)];
  await journal.close();
  const [name] = workspace.names();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: workspace.folder,
      stdio: 'pipe',
    });
  git('init', '-q');
  git('config', 'core.autocrlf', 'true');
  git('add', '-A');
  git('commit', '-qm', 'labels');
  const before = readFileSync(workspace.path(name!), 'utf8');
  rmSync(workspace.path(name!));
  git('checkout', '-q', '--', '.');
  assert.equal(readFileSync(workspace.path(name!), 'utf8'), before);

  workspace.put(name!, before.replaceAll('\n', '\r\n'));
  const again = await workspace.open();
  assert.deepEqual(again.events, events);
  events.push(await label(again));
  assert.deepEqual((await workspace.open()).events, events);
  assert.deepEqual((await verifyJournal(workspace.folder)).problems, []);
});

test('git merges the journals of two clones without a conflict and without losing an event', async () => {
  await using workspace = new Workspace();
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  const [left, right] = [join(workspace.folder, 'left'), join(workspace.folder, 'right')];
  mkdirSync(left);
  git(left, 'init', '-q');
  const commit = async (folder: string, annotator: string, count: number) => {
    // Both use one installation and so, for one annotator, one file: the hard case.
    const { journal } = await Journal.open(folder, { annotator });
    const events = [];
    for (let number = 0; number < count; number++) events.push(await label(journal));
    await journal.close();
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', annotator);
    return events;
  };
  const expected = await commit(left, 'ann', 3);
  git(workspace.folder, 'clone', '-q', left, right);
  expected.push(...(await commit(left, 'ann', 5)), ...(await commit(left, 'bob', 2)));
  expected.push(...(await commit(right, 'ann', 4)), ...(await commit(right, 'cyd', 2)));
  git(right, 'pull', '-q', '--no-rebase', '--no-edit', 'origin', 'HEAD');
  const { journal, events } = await Journal.open(right);
  await journal.close();
  assert.deepEqual(new Set(events.map(({ id }) => id)), new Set(expected.map(({ id }) => id)));
  assert.deepEqual((await verifyJournal(right)).problems, []);
});
