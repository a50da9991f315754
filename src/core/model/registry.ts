/** The classifiers by the name they have in settings and on the command line. */
import { UserError } from '../user-error.ts';
import type { Classifier } from './classifier.ts';
import { logisticRegression } from './logistic-regression.ts';
import { mlLogisticRegression } from './ml-logistic-regression.ts';

/** The default first. C = 6 and balanced classes are the recipe's, chosen by measurement. */
export const classifiers: readonly Classifier[] = [
  logisticRegression({ C: 6, balanced: true }),
  mlLogisticRegression(),
];

export function classifierByName(name: string): Classifier {
  const found = classifiers.find((classifier) => classifier.name === name);
  if (found) return found;
  const names = classifiers.map((classifier) => classifier.name).join(', ');
  throw new UserError('unknown-classifier', `"${name}" is not a classifier`, `The classifiers are ${names}.`);
}
