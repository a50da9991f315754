/** What package.json shows in VS Code's own interface, in English and in German. The glossary is in docs/translating.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const english = JSON.parse(read('package.nls.json')) as Record<string, string>;
const german = JSON.parse(read('package.nls.de.json')) as Record<string, string>;
const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;

/** Properties that VS Code shows to people. */
const SHOWN = new Set(['title', 'displayName', 'description', 'markdownDescription', 'contents', 'altText']);
/** The name of the product, the same everywhere. */
const NAME = 'Inkling';

test('every %key% of package.json has English and German words, and no words are left over', () => {
  const keys = [...read('package.json').matchAll(/"%(.+?)%"/g)].map(([, key]) => key!);
  assert.deepEqual(Object.keys(english).sort(), [...new Set(keys)].sort());
  assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
});

test('package.json itself shows nobody words in one language only', () => {
  const bare: string[] = [];
  const walk = (value: unknown, path: string, name: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) walk(child, `${path}.${key}`, key);
    } else if (typeof value === 'string') {
      const isShown = SHOWN.has(name) || /\.views\..*\.name$/.test(path);
      if (isShown && value !== NAME && !/^%.+%$/.test(value)) bare.push(`${path}: ${value}`);
    }
  };
  walk(manifest, '', '');
  assert.deepEqual(bare, []);
});

test('the German words have the links, code and line breaks of the English ones', () => {
  const marks = (text: string) => [...text.matchAll(/\(command:[^)]+\)|`[^`]+`|\n/g)].map(([mark]) => mark);
  for (const [key, words] of Object.entries(english)) {
    assert.deepEqual(marks(german[key]!), marks(words), key);
    assert.notEqual(german[key], words, key);
  }
});
