/** What kernels/scores.ts exports: see there. Addresses and sizes in bytes. */
export interface ScoresKernel {
  addTerms(
    steps: number,
    sizes: number,
    runCount: number,
    postings: number,
    places: number,
    weights: number,
    stride: number,
    width: number,
    factors: number,
    scores: number,
  ): void;
  clear(address: number, bytes: number): void;
  finish(recordCount: number, stride: number, scales: number, intercepts: number, scores: number): void;
  addDense(
    rows: number,
    scales: number,
    recordCount: number,
    pairs: number,
    weights: number,
    unit: number,
    stride: number,
    widened: number,
    scores: number,
  ): void;
  uncertainties(
    recordCount: number,
    stride: number,
    scores: number,
    margins: number,
    entropies: number,
    confidences: number,
  ): void;
}
