/** How far two sets of predictions for the same records agree. */
import { confusionMatrix, macroF1 } from './metrics.ts';

/**
 * Cohen's kappa (Cohen 1960): agreement beyond what the sizes of the classes give by chance. 1 where both say the
 * same of everything, even if that is a single class; 0 of nothing.
 */
export function cohensKappa(a: Int32Array, b: Int32Array, classCount: number): number {
  if (a.length === 0) return 0;
  const { counts } = confusionMatrix(a, b, classCount);
  let observed = 0;
  let expected = 0;
  for (let k = 0; k < classCount; k++) {
    let inA = 0;
    let inB = 0;
    for (let other = 0; other < classCount; other++) {
      inA += counts[k * classCount + other]!;
      inB += counts[other * classCount + k]!;
    }
    observed += counts[k * classCount + k]! / a.length;
    expected += (inA / a.length) * (inB / a.length);
  }
  return expected === 1 ? 1 : (observed - expected) / (1 - expected);
}

/** The share of records on which the two differ. */
export function changedShare(a: Int32Array, b: Int32Array): number {
  if (a.length === 0) return 0;
  return a.reduce((sum, own, record) => sum + (own === b[record] ? 0 : 1), 0) / a.length;
}

/**
 * The predicted change of F (Altschuler & Bloodgood 2019): 1 − 2a/(2a + b + c), where a, b and c count the records
 * that both, only the one or only the other put in the class. Theirs is for two classes; here the mean over the
 * classes that occur.
 */
export function predictedChangeOfF(a: Int32Array, b: Int32Array, classCount: number): number {
  return 1 - macroF1(confusionMatrix(a, b, classCount));
}

/**
 * Krippendorff's alpha for nominal values (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"): agreement
 * beyond chance of any number of annotators, each of whom may have left records out. 1 where all agree, even if there
 * is a single value; 0 is chance; below 0 they differ more than by chance. Undefined where no record has two values.
 *
 * @param values for each record the values it was given, one an annotator
 */
export function krippendorffsAlpha(values: Iterable<readonly string[]>): number | undefined {
  const totals = new Map<string, number>();
  let pairable = 0;
  let disagreed = 0;
  for (const given of values) {
    if (given.length < 2) continue;
    const counts = new Map<string, number>();
    for (const value of given) counts.set(value, (counts.get(value) ?? 0) + 1);
    let alike = 0;
    for (const [value, count] of counts) {
      totals.set(value, (totals.get(value) ?? 0) + count);
      alike += count * (count - 1);
    }
    pairable += given.length;
    disagreed += (given.length * (given.length - 1) - alike) / (given.length - 1);
  }
  if (pairable === 0) return undefined;
  let alikeByChance = 0;
  for (const count of totals.values()) alikeByChance += count * (count - 1);
  const byChance = pairable - alikeByChance / (pairable - 1);
  return byChance === 0 ? 1 : 1 - disagreed / byChance;
}
