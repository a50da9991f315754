import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { faults } from '../../defences/faults.ts';
import { page } from '../../defences/table.ts';

const inRoot = (path: string) => resolve(import.meta.dirname, '../../..', path);

test('docs/faults.md says what test/defences knows', () => {
  assert.equal(
    readFileSync(inRoot('docs/faults.md'), 'utf8'),
    page(),
    'run: node test/defences/table.ts > docs/faults.md',
  );
});

test('every fault names a test that is there', () => {
  for (const {
    row,
    test: [file, title],
  } of faults) {
    const source = readFileSync(inRoot(`test/${file}`), 'utf8');
    assert.ok(
      titlesIn(source).some((written) => written.test(title)),
      `${row}: ${file} has "${title}"`,
    );
  }
});

/** Every literal that may be a title, as a pattern: what a template fills in may be anything. */
function titlesIn(source: string): RegExp[] {
  const literals = source.match(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g) ?? [];
  return literals.flatMap((literal) => {
    const parts = literal
      .slice(1, -1)
      .replace(/\\(.)/g, '$1')
      .split(literal.startsWith('`') ? /\$\{[^}]*\}/ : /(?!)/);
    // A template of nothing but holes would fit every title.
    if (parts.join('').length < 10) return [];
    return [new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('.+')}$`)];
  });
}
