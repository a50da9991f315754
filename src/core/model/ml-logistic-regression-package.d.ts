/** The part of the package's interface that we use; it ships no declarations of its own. */
declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  export default class LogisticRegression {
    constructor(options: { numSteps: number; learningRate: number });
    /** One model a class, fitted by `train`. */
    readonly classifiers: readonly { testScores(features: Matrix): number[] }[];
    train(features: Matrix, classes: Matrix): void;
  }
}
