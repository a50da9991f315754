/**
 * Which answers are likely wrong: confident learning (Northcutt, Jiang & Chuang 2021, "Confident Learning: Estimating
 * Uncertainty in Dataset Labels", sections 3.1 and 3.2).
 *
 * A model that has not seen an answer is sure of another class, surer than it is on average of those who were given that
 * class: then the answer is suspect. The average of each class stands in for a threshold, so a class of which the model
 * is never sure, or one that it says too often, is judged by its own measure.
 *
 * What defeats it: errors that follow a rule, which the model learns like any other; and records that are hard, which
 * suspects always are among. So suspects are offered for a second look, and nothing is changed by itself.
 */

/** An answer to look at again. */
export interface SuspectAnswer {
  /** Its position among the answers. */
  readonly at: number;
  /** What the model would have said. */
  readonly likely: number;
  /** How sure it is of that, and of the answer, in [0, 1]. */
  readonly belief: number;
  readonly selfConfidence: number;
}

/**
 * @param probabilities n × classCount, by models that have not learned from these answers (`heldOutProbabilities`)
 * @param classes what was answered
 * @returns the suspects, those first of which the model is surest that they are wrong (normalized margin)
 */
export function suspectAnswers(
  probabilities: Float64Array,
  classes: Int32Array,
  classCount: number,
): SuspectAnswer[] {
  const thresholds = meanSelfConfidences(probabilities, classes, classCount);
  const suspects: SuspectAnswer[] = [];
  classes.forEach((answer, at) => {
    const own = probabilities.subarray(at * classCount, (at + 1) * classCount);
    let likely = -1;
    own.forEach((p, k) => {
      if (p >= thresholds[k]! && (likely < 0 || p > own[likely]!)) likely = k;
    });
    // Where the model believes no more in the other class than in the answer there is nothing to look at.
    if (likely < 0 || likely === answer || own[likely]! <= own[answer]!) return;
    suspects.push({ at, likely, belief: own[likely]!, selfConfidence: own[answer]! });
  });
  const margin = ({ belief, selfConfidence }: SuspectAnswer) => belief - selfConfidence;
  return suspects.sort((a, b) => margin(b) - margin(a) || a.at - b.at);
}

/** Of each class the mean probability of that class over its answers; beyond reach for a class without answers. */
function meanSelfConfidences(
  probabilities: Float64Array,
  classes: Int32Array,
  classCount: number,
): Float64Array {
  const sums = new Float64Array(classCount);
  const sizes = new Int32Array(classCount);
  classes.forEach((answer, at) => {
    sums[answer]! += probabilities[at * classCount + answer]!;
    sizes[answer]!++;
  });
  return sums.map((sum, k) => (sizes[k] === 0 ? Number.POSITIVE_INFINITY : sum / sizes[k]!));
}
