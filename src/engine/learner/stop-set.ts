/**
 * The records on which successive models are compared: those of the highest audit ranks. A rank is a keyed hash, so
 * they are drawn at random, stay the same while records come and go, and are never the audit set's, whose ranks are
 * the lowest.
 */

/** Bloodgood & Vijay-Shanker 2009 took 2,000, and found that more change nothing. */
const SIZE = 2000;
const RANK_COUNT = 2 ** 32;

/** @param auditThreshold records with a rank below it are the audit set. @returns rows, the highest rank first */
export function stopSet(
  pool: { readonly rows: Uint32Array; readonly auditRanks: Uint32Array },
  auditThreshold: number,
): Int32Array {
  const { rows, auditRanks } = pool;
  // Ranks are uniform: twice as many as needed lie above this, but for odds nobody meets.
  const cut = Math.max(auditThreshold, RANK_COUNT * (1 - (2 * SIZE) / Math.max(rows.length, 1)));
  const members: number[] = [];
  for (let at = 0; at < rows.length; at++) if (auditRanks[at]! >= cut) members.push(at);
  members.sort((a, b) => auditRanks[b]! - auditRanks[a]! || a - b);
  return Int32Array.from(members.slice(0, SIZE), (at) => rows[at]!);
}
