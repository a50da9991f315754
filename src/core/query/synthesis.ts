/**
 * Membership query synthesis: questions about texts that nobody wrote (Angluin 1988), made of sentences of two answered
 * records from either side of a boundary: each record with its nearest one of another label (Wang et al. 2015), their
 * sentences recombined, of each pair the text that the model is least sure of (Schumann & Rehbein 2019).
 *
 * People can't always answer such questions (Baum & Lang 1992): texts of two halves may have no right label. So whole
 * sentences are kept, the cards say what they are, and a person asks for them or never sees one.
 */
import { best } from './best.ts';
import { smallMargin } from './uncertainty.ts';

/** Longer records lend their first sentences only: a text of many would be about everything. */
const MOST_SENTENCES = 6;

/** Two answered records, by position, of different labels. */
export interface OppositePair {
  readonly a: number;
  readonly b: number;
}

/**
 * Each answered record with the most similar one of another class, the most similar pairs first, each pair once.
 *
 * @param cosine between two answered records
 */
export function oppositePairs(
  classes: Int32Array,
  cosine: (a: number, b: number) => number,
  count: number,
): OppositePair[] {
  const nearest = new Map<string, OppositePair & { cosine: number }>();
  for (let a = 0; a < classes.length; a++) {
    let found: { b: number; cosine: number } | undefined;
    for (let b = 0; b < classes.length; b++) {
      if (classes[a] === classes[b]) continue;
      const similarity = cosine(a, b);
      if (!found || similarity > found.cosine) found = { b, cosine: similarity };
    }
    if (!found) continue;
    const [first, second] = [Math.min(a, found.b), Math.max(a, found.b)];
    nearest.set(`${first} ${second}`, { a: first, b: second, cosine: found.cosine });
  }
  return [...nearest.values()]
    .sort((one, other) => other.cosine - one.cosine || one.a - other.a || one.b - other.b)
    .slice(0, count)
    .map(({ a, b }) => ({ a, b }));
}

/** Every text of one sentence of each record, and of the first half of one with the second half of the other. */
export function recombined(textA: string, textB: string): string[] {
  const [ofA, ofB] = [sentencesOf(textA), sentencesOf(textB)];
  const texts = new Set<string>();
  for (const a of ofA) for (const b of ofB) if (a !== b) texts.add(joined([a, b]));
  for (const [one, other] of [
    [ofA, ofB],
    [ofB, ofA],
  ] as const) {
    const [head, tail] = [one.slice(0, Math.ceil(one.length / 2)), other.slice(Math.floor(other.length / 2))];
    if (head.length + tail.length > 2) texts.add(joined([...head, ...tail]));
  }
  texts.delete(joined(sentencesOf(textA)));
  texts.delete(joined(sentencesOf(textB)));
  return [...texts];
}

/**
 * The text of each pair that the model is least sure of, the least sure first.
 *
 * @param pairOf which pair each text was made of
 * @param probabilities texts × classes
 * @returns positions of texts, at most `count`
 */
export function leastSure(
  pairOf: Int32Array,
  probabilities: Float64Array,
  classCount: number,
  count: number,
): Int32Array {
  const unsure = Float64Array.from(pairOf, (_, at) =>
    smallMargin(probabilities.subarray(at * classCount, (at + 1) * classCount)),
  );
  const ofPair = new Map<number, number>();
  for (const at of best(unsure, unsure.length).chosen) {
    if (ofPair.size >= count) break;
    if (!ofPair.has(pairOf[at]!)) ofPair.set(pairOf[at]!, at);
  }
  return Int32Array.from(ofPair.values());
}

/** By the rules of Unicode (UAX 29), which need no list of abbreviations and cut at some of them. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const sentence = segment.replace(/\s+/g, ' ').trim();
    if (sentence !== '') sentences.push(sentence);
    if (sentences.length === MOST_SENTENCES) break;
  }
  return sentences;
}

/** A sentence that ends without a mark gets a full stop, or the two would read as one. */
function joined(sentences: readonly string[]): string {
  return sentences
    .map((sentence, at) =>
      at < sentences.length - 1 && /[\p{L}\p{N}]$/u.test(sentence) ? `${sentence}.` : sentence,
    )
    .join(' ');
}
