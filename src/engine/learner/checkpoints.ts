/** At how many answers a curve shows a model. */

/** Fixed, so that the same models serve as answers arrive; each about 1.4 times the one before. */
const CHECKPOINTS = [
  10, 14, 20, 30, 40, 60, 80, 120, 160, 240, 320, 500, 700, 1000, 1400, 2000, 2800, 4000, 5600, 8000,
];
/** How many of them a curve shows, the newest besides. */
const SHOWN_CHECKPOINTS = 12;

/** Ascending, the newest last. */
export function checkpoints(total: number): number[] {
  return [...CHECKPOINTS.filter((length) => length < total).slice(-SHOWN_CHECKPOINTS), total];
}
