// Makes the sample that `npm start` opens: short messages to the customer service of an imaginary shop, in six topics,
// with typos, copies, ambiguous ones, and the answer that was recorded for each. The same seed gives the same file.
//
//   node scripts/make-sample.mjs [folder]       default: out/sample
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { between, closers, hints, openers, topics, words } from './sample/phrases.mjs';
import { inRoot, isMain, main, say } from './tools.mjs';

/** The topics, as the recorded answers name them. */
export const SAMPLE_LABELS = Object.keys(topics);

const AMBIGUOUS = 0.1; // could be one of two topics: the ceiling of any model is about 1 - half of this
const MISFILED = 0.015; // recorded under a wrong topic, as it happens
const COPIES = 0.02; // sent twice, word for word
const HINTS = 0.6; // name their topic themselves
const TYPOS = 0.25; // messages with at least one slip
const CHANNELS = ['mail', 'mail', 'mail', 'chat', 'chat', 'form', 'phone note'];

/**
 * Writes `<folder>/messages.jsonl`: one object a line with id, text, channel, date and answer.
 *
 * @param {string} folder made when it is not there
 * @param {{ messages?: number, seed?: number }} [options]
 */
export function makeSample(folder, { messages = 3000, seed = 7 } = {}) {
  const random = randomFrom(seed);
  const lines = [];
  const texts = [];
  for (let n = 1; n <= messages; n++) {
    const { text, answer } = texts.length > 50 && random() < COPIES ? pick(texts, random) : message(random);
    texts.push({ text, answer });
    const date = new Date(Date.UTC(2025, 0, 1) + Math.floor((n / messages) * 365 * 24 * 60) * 60_000);
    const id = `M${String(n).padStart(5, '0')}`;
    lines.push(
      JSON.stringify({
        id,
        text,
        channel: pick(CHANNELS, random),
        date: date.toISOString().slice(0, 10),
        answer,
      }),
    );
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'messages.jsonl'), `${lines.join('\n')}\n`);
}

/** One message and the topic under which it was filed. */
function message(random) {
  let answer = pick(SAMPLE_LABELS, random);
  let points = [concernOf(answer, random)];
  if (random() < AMBIGUOUS) {
    const [pair, phrases] = pick(between, random);
    answer = pick(pair, random);
    points = [pick(phrases, random)];
  } else if (random() < 0.2) {
    points.push(concernOf(answer, random));
  }
  if (random() < HINTS) points.push(pick(hints[answer], random));
  if (random() < MISFILED) answer = pick(SAMPLE_LABELS, random);

  const parts = points.map(asSentence);
  if (random() < 0.5) parts.reverse();
  if (random() < 0.4) parts.unshift(pick(openers, random));
  if (random() < 0.4) parts.push(pick(closers, random));
  let text = filled(parts, random);
  if (random() < 0.25) text = text.toLowerCase();
  if (random() < TYPOS) text = withTypos(text, random);
  return { text, answer };
}

/** A phrase for one of the topic's concerns; the first concern is some forty times as frequent as the last. */
function concernOf(topic, random) {
  const concerns = topics[topic];
  const weights = concerns.map((_, rank) => (rank + 1) ** -1.35);
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return pick(concerns.at(at), random);
}

function asSentence(phrase) {
  const isQuestion =
    /^\[?(where|how|what|which|why|when|can|could|do|does|did|is|will|who|from what|in which)\b/.test(phrase);
  return `${phrase}${isQuestion ? '?' : '[.|.|.|!|...]'}`;
}

/** The parts with their choices made and their words filled in, as one text. It stays with one product and order. */
function filled(parts, random) {
  const told = {
    product: pick(words.product, random),
    gadget: pick(words.gadget, random),
    order: pick(words.order, random),
    name: pick(words.name, random),
  };
  return parts
    .map((part) => {
      const text = part
        .replace(/\[([^\]]*)\]/g, (_, choices) => pick(choices.split('|'), random))
        .replace(/\{(\w+)\}/g, (_, list) => told[list] ?? pick(words[list], random));
      return `${text[0].toUpperCase()}${text.slice(1)}`;
    })
    .join(' ');
}

/** One or two slips of the finger: letters swapped, dropped, doubled. */
function withTypos(text, random) {
  let slipped = text;
  for (let slips = random() < 0.3 ? 2 : 1; slips > 0; slips--) {
    const at = 1 + Math.floor(random() * (slipped.length - 2));
    const [a, b] = [slipped[at], slipped[at + 1]];
    if (!/[a-z]/.test(a) || !/[a-z]/.test(b ?? '')) continue;
    const slip = pick([b + a, b, a + a + b], random);
    slipped = slipped.slice(0, at) + slip + slipped.slice(at + 2);
  }
  return slipped;
}

function pick(list, random) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers in [0, 1): mulberry32, small and good enough for a sample. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (isMain(import.meta)) {
  await main(async () => {
    const folder = process.argv[2] ?? inRoot('out/sample');
    makeSample(folder);
    say(`the sample is in ${folder}`);
  });
}
