/** How well predicted classes match the true ones; the figures equal scikit-learn's. */

/** K × K counts, row-major: true class by predicted class. */
export interface ConfusionMatrix {
  readonly classCount: number;
  readonly counts: Int32Array;
}

/** A class's figures; 0 wherever a ratio has nothing to divide by. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How many records truly are of the class. */
  readonly support: number;
}

/** Of one class: put in it rightly, put in it wrongly, and put elsewhere although of it. */
export interface ClassCounts {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

export function confusionMatrix(
  truth: Int32Array,
  predicted: Int32Array,
  classCount: number,
): ConfusionMatrix {
  const counts = new Int32Array(classCount * classCount);
  for (let record = 0; record < truth.length; record++)
    counts[truth[record]! * classCount + predicted[record]!]!++;
  return { classCount, counts };
}

/** The share of records predicted right; 0 where there are none. */
export function accuracy({ classCount, counts }: ConfusionMatrix): number {
  let right = 0;
  for (let k = 0; k < classCount; k++) right += counts[k * classCount + k]!;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : right / all;
}

export function classCounts({ classCount, counts }: ConfusionMatrix): ClassCounts[] {
  return Array.from({ length: classCount }, (_, k) => {
    const right = counts[k * classCount + k]!;
    let support = 0;
    let predicted = 0;
    for (let other = 0; other < classCount; other++) {
      support += counts[k * classCount + other]!;
      predicted += counts[other * classCount + k]!;
    }
    return { right, wrong: predicted - right, missed: support - right };
  });
}

/** Precision, recall and F1 of every class. */
export function classScores(matrix: ConfusionMatrix): ClassScores[] {
  return classCounts(matrix).map(({ right, wrong, missed }) => ({
    precision: ratio(right, right + wrong),
    recall: ratio(right, right + missed),
    f1: ratio(2 * right, 2 * right + wrong + missed),
    support: right + missed,
  }));
}

/** The mean F1 of the classes that occur, in truth or prediction. */
export function macroF1(matrix: ConfusionMatrix): number {
  const occurring = classCounts(matrix).filter(({ right, wrong, missed }) => right + wrong + missed > 0);
  const sum = occurring.reduce(
    (total, { right, wrong, missed }) => total + (2 * right) / (2 * right + wrong + missed),
    0,
  );
  return ratio(sum, occurring.length);
}

/** The likeliest class of each row of probabilities (n × K); the first of equals. */
export function likeliestClasses(probabilities: Float64Array, classCount: number): Int32Array {
  const classes = new Int32Array(probabilities.length / classCount);
  for (let row = 0; row < classes.length; row++) {
    let likeliest = 0;
    for (let k = 1; k < classCount; k++) {
      if (probabilities[row * classCount + k]! > probabilities[row * classCount + likeliest]!) likeliest = k;
    }
    classes[row] = likeliest;
  }
  return classes;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
