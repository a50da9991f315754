/** The VSIX: exactly the files that are meant to ship, small enough, and nothing of this machine in them. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import { thisPlatform } from '../../scripts/build.mjs';
import { packageIfStale } from '../../scripts/package.mjs';
import { readZip, type ZipEntry } from '../support/zip.ts';

const KB = 1000;
const BUDGETS: Record<string, number> = {
  'extension/dist/extension.cjs': 10 * KB,
  'extension/dist/shell.js': 300 * KB,
  'extension/dist/queue.js': 250 * KB,
  'extension/dist/curve.js': 250 * KB,
};
const ROOT = resolve(import.meta.dirname, '../..');

describe('the packaged extension', () => {
  let entries: ZipEntry[] = [];
  let bytes = 0;
  before(async () => {
    const file = await packageIfStale();
    entries = readZip(file);
    bytes = statSync(file).size;
  });

  test('holds these files and no others', () => {
    const native = thisPlatform() === 'universal' ? [] : ['extension/dist/<platform>.node'];
    assert.deepEqual(
      entries.map(({ name }) => name.replace(/[^/]+\.node$/, '<platform>.node')).sort(),
      [
        '[Content_Types].xml',
        'extension.vsixmanifest',
        'extension/LICENSE.txt',
        'extension/changelog.md',
        'extension/dist/THIRD-PARTY-NOTICES.txt',
        'extension/dist/bin/inkling',
        'extension/dist/bin/inkling.cmd',
        'extension/dist/cli.js',
        'extension/dist/curve.js',
        'extension/dist/english-vectors.bin',
        'extension/dist/extension.cjs',
        'extension/dist/guess-encoding.js',
        'extension/dist/indexer.js',
        'extension/dist/learner.js',
        'extension/dist/multibyte.js',
        'extension/dist/package.json',
        'extension/dist/project.schema.json',
        'extension/dist/queue.js',
        'extension/dist/reader.js',
        'extension/dist/scorer.js',
        'extension/dist/shell.js',
        'extension/dist/simulator.js',
        'extension/dist/markdown-tree.js',
        'extension/dist/survey.js',
        'extension/l10n/bundle.l10n.de.json',
        'extension/media/icon.png',
        'extension/media/icon.svg',
        'extension/media/walkthrough-1-project.svg',
        'extension/media/walkthrough-2-label.svg',
        'extension/media/walkthrough-3-curve.svg',
        'extension/package.json',
        'extension/package.nls.de.json',
        'extension/package.nls.json',
        'extension/readme.md',
        ...native,
      ].sort(),
    );
  });

  test('keeps the launcher for terminals a program that may be run', () => {
    const launcher = entries.find(({ name }) => name === 'extension/dist/bin/inkling');
    assert.equal((launcher?.mode ?? 0) & 0o111, 0o111);
  });

  test('is under 7.5 MB, of which English word vectors take 5', () => {
    assert.ok(bytes < 7500 * KB, `${bytes} bytes`);
  });

  for (const [name, budget] of Object.entries(BUDGETS)) {
    test(`keeps ${name} under ${budget / KB} KB`, () => {
      const entry = entries.find((candidate) => candidate.name === name);
      assert.ok(entry && entry.size <= budget, `${entry?.size} bytes`);
    });
  }

  test('has every file that package.json and the bundles point at', () => {
    const names = new Set(entries.map(({ name }) => name));
    const manifest = entries
      .find(({ name }) => name === 'extension/package.json')!
      .content()
      .toString();
    const paths = [...manifest.matchAll(/"\.?\/?((?:dist|media)\/[^"]+)"/g)].map((match) => match[1]!);
    assert.ok(paths.length > 0);
    assert.deepEqual(
      paths.filter((path) => !names.has(`extension/${path}`)),
      [],
    );
  });

  test('names no folder of the machine it was built on', () => {
    const traces = entries.filter(({ name, content }) => {
      if (!/\.(js|cjs|json|txt)$/.test(name)) return false;
      const text = content().toString();
      return text.includes(ROOT) || text.includes(`${homedir()}/`);
    });
    assert.deepEqual(
      traces.map(({ name }) => name),
      [],
    );
  });

  test('binds SQLite into every program that opens it', () => {
    for (const { name, content } of entries) {
      if (!/\.(js|cjs)$/.test(name) || !content().includes('no-sqlite')) continue;
      assert.match(content().toString(), /require\("\.\/[\w-]+\.node"\)/, name);
    }
  });
});
