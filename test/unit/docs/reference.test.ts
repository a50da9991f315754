import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { reference } from '../../../scripts/docs.mjs';

const inRoot = (path: string) => resolve(import.meta.dirname, '../../..', path);

test('docs/reference.md says what the code does: every command, key, setting, strategy and flag', async () => {
  assert.equal(readFileSync(inRoot('docs/reference.md'), 'utf8'), await reference(), 'run: npm run docs');
});

test('README and the guide link to pages and pictures that exist', () => {
  for (const page of [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'docs/reference.md',
    'docs/journal.md',
    'docs/guide.md',
  ]) {
    const text = readFileSync(inRoot(page), 'utf8');
    for (const [, link] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const target = resolve(inRoot(page), '..', link!);
      assert.doesNotThrow(() => readFileSync(target), `${page} links to ${link}`);
    }
  }
});
