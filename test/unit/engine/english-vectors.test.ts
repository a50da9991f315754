import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packVectors } from '../../../scripts/english-vectors.mjs';
import { knownTerms } from '../../../src/core/features/general-vectors.ts';
import { vectorsFor } from '../../../src/engine/english-vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkling-vectors-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const never = (error: unknown) => assert.fail(String(error));

test('the vectors that ship know the common words of English, and what is like what', () => {
  const general = vectorsFor('en', never)!;
  assert.equal(general.dimensions, 100);
  const terms = ['tea', 'coffee', 'train', 'inkling_no17'];
  const { places, vectors } = knownTerms(general, terms.length, (column) => terms[column]!);
  assert.deepEqual([...places], [0, 1, 2, -1]);
  const cosine = (a: string, b: string) => {
    const [from, to] = [100 * terms.indexOf(a), 100 * terms.indexOf(b)];
    return vectors.subarray(from, from + 100).reduce((sum, value, j) => sum + value * vectors[to + j]!, 0);
  };
  assert.ok(cosine('tea', 'coffee') > cosine('tea', 'train') + 0.3);
});

test('other languages have none, and nothing is missed there', () => {
  for (const language of ['de', 'fr', undefined] as const)
    assert.equal(vectorsFor(language, never, join(folder, 'absent')), undefined);
});

test('a file that is missing, cut short or changed is as good as none, and that is said once', () => {
  const whole = packVectors(['tea', 'cup'], Float64Array.of(1, 0, 0, 1));
  const changed = Buffer.from(whole);
  changed[changed.length - 1]! ^= 1;
  const said: unknown[] = [];
  const read = (name: string, bytes?: Buffer) => {
    const file = join(folder, name);
    if (bytes) writeFileSync(file, bytes);
    return vectorsFor('en', (error) => said.push(error), file);
  };
  assert.equal(read('whole', whole)!.places.get('cup'), 1);
  for (const bytes of [undefined, whole.subarray(0, -1), changed, Buffer.alloc(0)])
    assert.equal(read(`${bytes?.length ?? 'absent'}`, bytes), undefined);
  assert.equal(said.length, 1);
  assert.match(String(said[0]), /absent is missing or damaged/);
});
