/** Was the model's guess right before the person answered? (Dawid 1984.) Pessimistic: only hard records are asked. */

export interface PrequentialFigure {
  /** How many labels there were when the latest of the guesses was answered. */
  readonly labels: number;
  /** The share of the latest guesses that were right. */
  readonly accuracy: number;
}

const MOST_POINTS = 100;

/**
 * The share of right guesses over a sliding window, from the first full window on.
 *
 * @param guesses in the order answered; `labels` counts all labels up to and including that answer
 * @param window how many guesses one figure averages
 */
export function prequential(
  guesses: readonly { readonly labels: number; readonly right: boolean }[],
  window: number,
): PrequentialFigure[] {
  const figures: PrequentialFigure[] = [];
  const step = Math.max(1, Math.ceil((guesses.length - window + 1) / MOST_POINTS));
  let right = 0;
  guesses.forEach((guess, index) => {
    right += guess.right ? 1 : 0;
    if (index >= window) right -= guesses[index - window]!.right ? 1 : 0;
    // Counted from the end, so that the latest guess is always among the figures.
    const wanted = index >= window - 1 && (guesses.length - 1 - index) % step === 0;
    if (wanted) figures.push({ labels: guess.labels, accuracy: right / window });
  });
  return figures;
}
