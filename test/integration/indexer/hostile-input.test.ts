import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { SourceRules } from '../../../src/engine/indexer/globs.ts';
import { readRecord } from '../../../src/engine/source.ts';
import { IndexedFolder } from '../../support/indexing.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

let workspace: IndexedFolder;
beforeEach(() => {
  workspace = new IndexedFolder();
});
afterEach(() => workspace.remove());

const SECRET = 'the secret outside';
const hash = createHash('sha256').update(SECRET).digest('hex').slice(0, 32);

test(
  'no path in an index leads out of the folder, however it is written',
  skipUnlessShared('suites', 'path-traversal/payloads.jsonl'),
  async () => {
    // Every place outside that a payload could mean holds the text that is asked for.
    writeFileSync(join(workspace.home, 'canary.txt'), SECRET);
    const payloads = readFileSync(sharedFile('suites', 'path-traversal/payloads.jsonl')!, 'utf8')
      .trim()
      .split('\n');
    const before = readdirSync(workspace.home, { recursive: true }).sort();
    for (const line of payloads) {
      const { path } = JSON.parse(line) as { path: string };
      for (const src of [path.replaceAll('{FILE}', 'canary.txt'), path.replaceAll('{FILE}', 'etc/passwd')]) {
        const record = { src, offset: 0, length: SECRET.length, hash };
        assert.equal(await readRecord(workspace.folder, { format: 'text' }, record), 'changed', src);
      }
    }
    assert.deepEqual(readdirSync(workspace.home, { recursive: true }).sort(), before);
  },
);

test('a link that took the place of a file, or of a folder above it, is not followed out of the folder', async () => {
  const outside = join(workspace.home, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'a.txt'), SECRET);
  const record = { src: 'in/a.txt', offset: 0, length: SECRET.length, hash };
  workspace.write({ 'in/a.txt': SECRET });
  const read = () => readRecord(realpathSync(workspace.folder), { format: 'text' }, record);
  assert.deepEqual(await read(), { text: SECRET, fields: [] });

  rmSync(join(workspace.folder, 'in/a.txt'));
  symlinkSync(join(outside, 'a.txt'), join(workspace.folder, 'in/a.txt'));
  assert.equal(await read(), 'changed');

  rmSync(join(workspace.folder, 'in'), { recursive: true });
  symlinkSync(outside, join(workspace.folder, 'in'));
  assert.equal(await read(), 'changed');
});

test('parentheses and plus signs in a pattern are characters of a name', async () => {
  const names = ['data (1).csv', 'c++ [x].csv', 'a|b.csv', '@(a).csv'];
  for (const name of [...names, 'data 1.csv', 'a.csv']) workspace.write({ [name]: 'text\nx\n' });
  await workspace.index([{ include: ['data (1).csv', 'c++ \\[x\\].csv', 'a|b.csv', '@(a).csv'] }]);
  assert.deepEqual(workspace.read((reader) => reader.files().map(({ src }) => src)).sort(), names.sort());
});

test('hostile names of files are names: indexed, read again, and nothing else', async () => {
  const names = [
    'a\nb.txt',
    'x..%2f..%2fetc.txt',
    '-rf.txt',
    '$(touch x).txt',
    'ä\u202etxt.exe.txt',
    '*.txt',
    '[a].txt',
    'a b;c|d.txt',
  ];
  for (const name of names) workspace.write({ [name]: `text of ${name.replace('\n', ' ')}` });
  await workspace.index();
  const files = workspace.read((reader) => reader.files());
  assert.deepEqual(files.map(({ src }) => src).sort(), [...names].sort());
  for (const record of workspace.read((reader) => reader.rowsAfter(0, 100))) {
    const layout = workspace.read((reader) => reader.file(record.src)!.layout);
    const content = await readRecord(workspace.folder, layout, record);
    assert.ok(content !== 'changed' && content.text.startsWith('text of '), record.src);
  }
});

test(
  'patterns that hang other matchers are refused or matched within a second, in globs and in .gitignore',
  skipUnlessShared('suites', 'redos/patterns.jsonl'),
  async () => {
    const patterns = readFileSync(sharedFile('suites', 'redos/patterns.jsonl')!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { pattern: string }).pattern)
      .concat(
        '*a'.repeat(30),
        '**/'.repeat(30),
        '{a,b}'.repeat(30),
        '[a-z]*'.repeat(20),
        '+(a|aa)'.repeat(10),
        '?'.repeat(200),
      );
    const path = `${'a'.repeat(120)}/${'ab'.repeat(60)}!.txt`;
    const before = process.threadCpuUsage();
    for (const pattern of patterns) {
      try {
        new SourceRules([{ include: [pattern] }]).ruleFor(path);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'glob-unusable', pattern);
      }
    }
    workspace.write({
      '.gitignore': patterns.join('\n'),
      [`${'b'.repeat(100)}/${'ab'.repeat(60)}!.txt`]: 'x',
    });
    await workspace.index();
    // All of it is this thread's work; a hanging pattern takes hours.
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 10_000_000, `${(user + system) / 1000} ms`);
  },
);
