/** Strings made to do harm elsewhere, through an export and back: exact, to the last byte. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importLabels } from '../../../src/engine/import.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';
import { linesOf, Project, type Row } from './project.ts';

const labels = [
  { id: 'L1', name: 'spam' },
  { id: 'L2', name: 'ham' },
];

/** The texts of a suite that an index would take: not blank, and whole characters. */
const suites: Record<string, { file: string; texts: () => string[] }> = {
  'csv-injection': {
    file: 'csv-injection/payloads.jsonl',
    texts: () => jsonl('csv-injection/payloads.jsonl').map(({ text }) => text as string),
  },
  'trojan-source': {
    file: 'trojan-source/manifest.jsonl',
    texts: () =>
      jsonl('trojan-source/manifest.jsonl').map(({ file }) => textOf(`trojan-source/${file as string}`)),
  },
  blns: { file: 'blns/blns.json', texts: () => JSON.parse(textOf('blns/blns.json')) as string[] },
};

for (const [suite, { file, texts }] of Object.entries(suites)) {
  test(
    `${suite}: every string is exported as it is, and its label comes back`,
    skipUnlessShared('suites', file),
    async () => {
      const rows = texts()
        .filter((text) => text.trim() !== '' && text.isWellFormed())
        .map((text, n): Row => ({ id: `${n} ${text.slice(0, 20)}`, text }));
      assert.ok(rows.length >= 19);
      await using project = await Project.open(rows, labels);
      for (const index of rows.keys()) await project.label(index, index % 3 === 0 ? 'L1' : 'L2');
      const path = join(project.folder, 'labels.jsonl');
      await project.export(path, { fields: true });
      assert.deepEqual(
        new Map((await linesOf(path)).map(({ id, text }) => [id, text])),
        new Map(rows.map(({ id, text }) => [id, text])),
      );
      // Each row is a line of its own, whatever is in it, and nothing else was made.
      assert.equal(readFileSync(path).filter((byte) => byte === 10).length, rows.length);
      const files = readdirSync(project.folder).filter((name) =>
        statSync(join(project.folder, name)).isFile(),
      );
      assert.deepEqual(files, ['labels.jsonl']);
      await using copy = await Project.open(rows, labels);
      assert.equal((await importLabels(path, copy.target(), { addLabels: false })).saved, rows.length);
      assert.deepEqual(copy.summary(), project.summary());
    },
  );
}

function textOf(path: string): string {
  return readFileSync(sharedFile('suites', path)!, 'utf8');
}

function jsonl(path: string): Record<string, unknown>[] {
  return textOf(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
