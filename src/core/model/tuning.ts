/**
 * Which setting of the default classifier suits some answers.
 *
 * With few answers the dense features of the pool carry a model, with many the terms can speak for themselves, and how soon
 * differs from pool to pool. So models that have not seen an answer say how likely they hold it, by each setting, and the usual
 * setting stays unless another is better by more than chance explains: one standard error, as Breiman et al. (1984) have it.
 */

export interface Setting {
  /** Inverse strength of the penalty. */
  readonly C: number;
  /** How long the dense features are taken to be. */
  readonly denseWeight: number;
}

/** The usual one first. Half of the rows' dense length and a stronger penalty go together: see docs/learning.md. */
export const SETTINGS: readonly [Setting, ...Setting[]] = [
  { C: 6, denseWeight: 1 },
  { C: 6, denseWeight: 0.7 },
  { C: 2, denseWeight: 0.5 },
];

/**
 * The place of the setting with the highest mean among those whose mean gain over the first, answer by answer, exceeds its
 * standard error; 0 where there is none.
 *
 * @param logs by setting: log-probabilities of the same answers, each by a model that has not seen it
 */
export function bestSetting(logs: readonly Float64Array[]): number {
  let best = { place: 0, gain: 0 };
  for (const [place, own] of logs.entries()) {
    const gains = own.map((log, at) => log - logs[0]![at]!);
    const gain = mean(gains);
    const variance = gains.reduce((sum, value) => sum + (value - gain) ** 2, 0) / (gains.length - 1);
    if (gain > best.gain && gain > Math.sqrt(variance / gains.length)) best = { place, gain };
  }
  return best.place;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
