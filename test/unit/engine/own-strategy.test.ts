import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { isModulePath, loadOwnStrategy } from '../../../src/engine/own-strategy.ts';
import { randomPool } from '../../support/pools.ts';

let folder: string;
let modules = 0;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-own-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const pool = randomPool({ candidateCount: 10, classCount: 2, seed: 1 });

const usable: readonly [title: string, source: string, chosen: number[]][] = [
  ['a function', 'export function select(pool, size) { return { chosen: [3, 1].slice(0, size) }; }', [3, 1]],
  ['a default function', 'export default () => ({ chosen: Int32Array.of(9), utilities: [0.5] });', [9]],
  ['a default object', 'export default { name: "mine", select: () => ({ chosen: [] }) };', []],
  [
    'the pool and the seed',
    'export const select = ({ candidateCount, probabilities }, size, random) => ({ chosen: random.sample(candidateCount, probabilities ? size : 0) });',
    [...new Random(7).sample(10, 3)],
  ],
];
for (const [title, source, chosen] of usable) {
  test(`a module of one's own chooses by ${title}`, () => {
    const strategy = loadOwnStrategy(written(source));
    const selection = strategy.select(pool, 3, new Random(7));
    assert.deepEqual([...selection.chosen], chosen);
    assert.equal(selection.utilities.length, chosen.length);
  });
}

const unusable: readonly [source: string, says: RegExp][] = [
  ['export const name = "mine";', /exports no function "select".*export function select/],
  ['export function select( {', /failed: SyntaxError/],
  ['import "./not-there.mjs"; export const select = () => {};', /failed: .*not-there/],
  [
    'export function select() { throw new RangeError("no such thing"); }',
    /failed: RangeError: no such thing \(.*mjs:1:\d+\)/,
  ],
  ['export function select() {}', /returned no \{ chosen \}/],
  ['export async function select() { return { chosen: [] }; }', /promise/],
  ['export const select = () => ({ chosen: "12" });', /no list of numbers/],
  ['export const select = () => ({ chosen: [0, 1, 2, 3] });', /chose 4 records where 3 were wanted.*0 to 9/],
  ['export const select = () => ({ chosen: [10] });', /position 10, and there is none/],
  ['export const select = () => ({ chosen: [1.5] });', /position 1.5/],
  ['export const select = () => ({ chosen: [4, 4] });', /position 4 twice/],
  [
    'export const select = () => ({ chosen: [4], utilities: [] , ...{ utilities: [1, 2] } });',
    /one number a record/,
  ],
  ['export const select = () => ({ chosen: [4], utilities: [NaN] });', /no finite number/],
];
for (const [source, says] of unusable) {
  test(`a module that can't be used is told so: ${source}`, () => {
    assert.throws(
      () => loadOwnStrategy(written(source)).select(pool, 3, new Random(1)),
      (error) =>
        error instanceof UserError && error.code === 'strategy-unusable' && says.test(error.sentence),
    );
  });
}

test('a module that is not there is named', () => {
  assert.throws(
    () => loadOwnStrategy(join(folder, 'none.mjs')),
    (error) => error instanceof UserError && /There is no module .*none\.mjs/.test(error.sentence),
  );
});

test('the module in the guide chooses what its comment says', () => {
  const guide = readFileSync(resolve(import.meta.dirname, '../../../docs/guide.md'), 'utf8');
  const source = /```js\n(\/\/ twoaclass\.mjs[\s\S]*?)```/.exec(guide)![1]!;
  const { chosen } = loadOwnStrategy(written(source)).select(pool, 8, new Random(1));
  const guesses = Array.from(chosen, (at) => (pool.probabilities![at * 2]! > 0.5 ? 0 : 1));
  assert.deepEqual(guesses.toSorted(), [0, 0, 1, 1]);
});

test('only what ends like a module is one', () => {
  for (const path of ['./mine.mjs', '/x/mine.js', 'mine.cjs']) assert.ok(isModulePath(path));
  for (const name of ['margin', '0.7 margin + 0.3 diversity', 'mine.json', 'adaptive margin | quire'])
    assert.ok(!isModulePath(name));
});

function written(source: string): string {
  const path = join(folder, `mine-${modules++}.mjs`);
  writeFileSync(path, source);
  return path;
}
