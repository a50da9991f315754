/**
 * Makes pools of any size: records of about 75 words (510 bytes of JSONL) whose words follow Zipf and Mandelbrot's law,
 * p ∝ 1 / (rank + 2.7)^1.02, with a seventh of them from the record's own topic. Same seed, same bytes.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from '../../src/core/random.ts';

export const TOPICS = 150;
const WORDS = 200_000;
const WORDS_A_TOPIC = 400;
const TOPIC_SHARE = 0.13;
const NUMBER_SHARE = 0.02;
const SEED = 12345;
/** The inverse of the distribution, tabulated: a draw is one look-up. */
const TABLE = 1 << 20;
const FLUSH_AT = 1 << 22;

/**
 * Writes `count` records as `{"id":"r0","text":"…","label":"t7"}`, a line each.
 *
 * @returns the topic of each
 */
export function writeZipfPool(path: string, count: number): Uint8Array {
  const random = new Random(SEED);
  const words = someWords(random);
  const letters = Buffer.from(words.join(''));
  const starts = new Uint32Array(words.length + 1);
  words.forEach((word, at) => {
    starts[at + 1] = starts[at]! + word.length;
  });
  const ranks = zipfTable();
  const topicWords = Array.from({ length: TOPICS }, () =>
    Int32Array.from({ length: WORDS_A_TOPIC }, () => 200 + Math.floor(random.uniform() ** 2.2 * 40_000)),
  );
  const topics = new Uint8Array(count);
  const out = Buffer.alloc(FLUSH_AT + (1 << 16));
  const file = openSync(path, 'w');
  let length = 0;
  // Byte by byte: words are shorter than a copy takes to begin.
  const addWord = (word: number) => {
    for (let at = starts[word]!; at < starts[word + 1]!; at++) out[length++] = letters[at]!;
  };
  const separators = ['. ', ', ', ' \\"', ' '].map((text) => Buffer.from(text));
  try {
    for (let record = 0; record < count; record++) {
      const topic = random.below(TOPICS);
      topics[record] = topic;
      length += out.write(`{"id":"r${record}","text":"`, length);
      const wordCount = Math.max(8, Math.min(600, Math.round(Math.exp(4.25 + 0.5 * random.normal()))));
      for (let at = 0; at < wordCount; at++) {
        const kind = random.uniform();
        const start = length;
        if (kind < TOPIC_SHARE) {
          addWord(topicWords[topic]![Math.floor(random.uniform() ** 2 * WORDS_A_TOPIC)]!);
        } else if (kind < TOPIC_SHARE + NUMBER_SHARE) {
          length += out.write(String(random.below(2000)), length);
        } else {
          addWord(ranks[random.below(TABLE)]!);
        }
        // A capital here and there, as in prose.
        if ((at === 0 || kind > 0.95) && out[start]! >= 0x61) out[start]! -= 0x20;
        if (at === wordCount - 1) break;
        const pause = random.uniform();
        for (const byte of separators[pause < 0.06 ? 0 : pause < 0.11 ? 1 : pause < 0.115 ? 2 : 3]!)
          out[length++] = byte;
      }
      length += out.write(`.","label":"t${topic}"}\n`, length);
      if (length > FLUSH_AT || record === count - 1) {
        writeSync(file, out, 0, length);
        length = 0;
      }
    }
  } finally {
    closeSync(file);
  }
  return topics;
}

/** Different words of one to five syllables, the frequent ones short. */
function someWords(random: Random): string[] {
  const consonants = 'bcdfghjklmnprstvwz';
  const vowels = 'aeiou';
  const letter = (of: string) => of[random.below(of.length)]!;
  const words = new Set<string>();
  while (words.size < WORDS) {
    const rank = words.size;
    const syllables =
      rank < 50 ? 1 : rank < 1500 ? 1 + random.below(2) : 2 + Math.floor(2.6 * random.uniform());
    let word = '';
    for (let syllable = 0; syllable < syllables; syllable++) {
      word += letter(consonants) + letter(vowels);
      if (random.uniform() < 0.3) word += letter(consonants);
    }
    words.add(word);
  }
  return [...words];
}

/** TABLE draws of a rank, each as often as its probability says. */
function zipfTable(): Int32Array {
  const cumulative = new Float64Array(WORDS);
  let total = 0;
  for (let rank = 0; rank < WORDS; rank++) {
    total += 1 / (rank + 2.7) ** 1.02;
    cumulative[rank] = total;
  }
  const table = new Int32Array(TABLE);
  let rank = 0;
  for (let at = 0; at < TABLE; at++) {
    while (cumulative[rank]! < ((at + 0.5) / TABLE) * total) rank++;
    table[at] = rank;
  }
  return table;
}
