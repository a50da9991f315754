/**
 * From which probability on a label is given, by label: where the F1 of answers held out is highest.
 *
 * Two estimates of that place, half each. The cut at which it was highest (SCut; Yang 2001; Fan & Lin 2007, "A Study on
 * Threshold Selection for Multi-label Classification") takes probabilities for mere scores and follows chance where a
 * label is common; half of the F1 reached there (Lipton, Elkan & Naryanaswamy 2014) believes the probabilities, which
 * are too low for labels that are rare. Both are mostly luck with a handful of answers, so each label's are drawn
 * towards those of all labels together, as strongly as ten answers pull.
 *
 * Micro-F1 at 60 and 200 answers drawn at random, mean of four derived sets (`test/bench/multi-label.ts`): a threshold of
 * ½ .53 and .65, SCut alone .61 and .68, half of F1 .60 and .68, this .61 and .69.
 */
import { type CsrMatrix, selectRows } from '../features/csr.ts';
import type { Random } from '../random.ts';
import { classSizes, isTeachable, type LabelSets, selectSets, setOf } from './label-sets.ts';
import { fitOneVsRest, type OneVsRestOptions } from './one-vs-rest.ts';

/** With fewer answers there is nothing to hold out. */
const FEWEST = 10;
const FOLDS = 5;
/** From here on three folds say enough, and two fits fewer keep nobody waiting. */
const ENOUGH_FOR_THREE = 300;
/** How many answers of a label weigh as much as what all labels say together. */
const SHARED_ANSWERS = 10;
/** Where no answer has a label: the cut at ½, and half of a perfect F1. */
const UNKNOWN: Cut = { at: 0, f1: 1 };
/** Where a cut lies needs no exact model. */
const ROUGH = 1e-2;
/** A cut beyond these odds is no cut: e⁴ is 98 %. */
const MOST_EXTREME = 4;

/** By label, in (0, 1): it is given from this probability on. */
export function crossValidatedThresholds(
  rows: CsrMatrix,
  sets: LabelSets,
  classCount: number,
  options: OneVsRestOptions,
  random: Random,
): Float64Array {
  if (rows.rowCount < FEWEST) return new Float64Array(classCount).fill(0.5);
  const scores = heldOutScores(rows, sets, classCount, options, random);
  return fitThresholds(scores, sets, classCount);
}

/**
 * @param scores n × classCount log-odds by models that have not learned from these rows; NaN where there was none
 */
export function fitThresholds(scores: Float64Array, sets: LabelSets, classCount: number): Float64Array {
  const sizes = classSizes(sets, classCount);
  const pairs = Array.from({ length: classCount }, (): Pair[] => []);
  const rowCount = scores.length / classCount;
  for (let row = 0; row < rowCount; row++) {
    const own = setOf(sets, row);
    for (let k = 0; k < classCount; k++) {
      const score = scores[row * classCount + k]!;
      if (!Number.isNaN(score)) pairs[k]!.push({ score, isOwn: own.includes(k) });
    }
  }
  const shared = bestCut(pairs.flat()) ?? UNKNOWN;
  return Float64Array.from(pairs, (own, k) => {
    const cut = bestCut(own) ?? shared;
    const drawn = (value: number, towards: number) =>
      (sizes[k]! * value + SHARED_ANSWERS * towards) / (sizes[k]! + SHARED_ANSWERS);
    const odds = Math.min(MOST_EXTREME, Math.max(-MOST_EXTREME, drawn(cut.at, shared.at)));
    return (1 / (1 + Math.exp(-odds)) + drawn(cut.f1, shared.f1) / 2) / 2;
  });
}

interface Cut {
  /** In log-odds. */
  readonly at: number;
  /** Of the answers held out, cut there. */
  readonly f1: number;
}

interface Pair {
  readonly score: number;
  readonly isOwn: boolean;
}

/** The cut with the highest F1, half way to the next score; undefined where no answer has the label. */
function bestCut(pairs: readonly Pair[]): Cut | undefined {
  const all = pairs.reduce((sum, { isOwn }) => sum + (isOwn ? 1 : 0), 0);
  if (all === 0) return undefined;
  const sorted = [...pairs].sort((a, b) => b.score - a.score);
  let right = 0;
  let best: Cut = { f1: -1, at: 0 };
  sorted.forEach(({ score, isOwn }, at) => {
    if (isOwn) right++;
    const below = sorted[at + 1]?.score;
    if (below === score) return;
    const f1 = (2 * right) / (at + 1 + all);
    if (f1 > best.f1) best = { f1, at: below === undefined ? score - 1 : (score + below) / 2 };
  });
  return best;
}

/** Each row's scores by a model of the other folds; rows with the same rarest label are spread over the folds. */
function heldOutScores(
  rows: CsrMatrix,
  sets: LabelSets,
  classCount: number,
  options: OneVsRestOptions,
  random: Random,
): Float64Array {
  const n = rows.rowCount;
  const sizes = classSizes(sets, classCount);
  const rarest = Int32Array.from({ length: n }, (_, row) =>
    setOf(sets, row).reduce((least, k) => (least < 0 || sizes[k]! < sizes[least]! ? k : least), -1),
  );
  const dealt = Array.from(random.sample(n, n)).sort((a, b) => rarest[a]! - rarest[b]!);
  const foldCount = n >= ENOUGH_FOR_THREE ? 3 : FOLDS;
  const scores = new Float64Array(n * classCount).fill(Number.NaN);
  for (let fold = 0; fold < foldCount; fold++) {
    const held = Int32Array.from(dealt.filter((_, place) => place % foldCount === fold));
    const kept = Int32Array.from(dealt.filter((_, place) => place % foldCount !== fold));
    const known = selectSets(sets, kept);
    if (!isTeachable(known, classCount)) continue;
    const model = fitOneVsRest(selectRows(rows, kept), known, classCount, { ...options, tolerance: ROUGH });
    const probabilities = model.probabilities(selectRows(rows, held));
    held.forEach((row, at) => {
      for (let k = 0; k < classCount; k++) {
        scores[row * classCount + k] = logOdds(probabilities[at * classCount + k]!);
      }
    });
  }
  return scores;
}

/** The logarithm of p / (1 − p), kept finite. */
export function logOdds(p: number): number {
  const kept = Math.min(1 - 1e-9, Math.max(1e-9, p));
  return Math.log(kept / (1 - kept));
}
