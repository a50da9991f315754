/**
 * Keeps near-duplicates of audit records out of training, where they would flatter the audit.
 *
 * Two records are near-duplicates here when they hold the same set of terms: they may differ in case, punctuation,
 * white space, order and repeats. Texts that differ in one word (a number, a name) are not caught; that would take
 * a similarity join over the pool.
 */
import { selectSets } from '../../core/model/label-sets.ts';
import type { AnsweredRows, AnsweredSets } from '../answers.ts';
import type { Pool } from './pool.ts';

export class AuditTwins {
  readonly #pool: Pool;
  readonly #signatures = new Set<number>();

  /** @param auditThreshold records whose audit rank is below it are the audit set */
  constructor(pool: Pool, auditThreshold: number) {
    this.#pool = pool;
    pool.auditRanks.forEach((rank, at) => {
      if (rank < auditThreshold) this.#signatures.add(pool.signatureOf(pool.rows[at]!));
    });
  }

  /** The answers whose record has no near-duplicate in the audit set, in the same order. */
  without<Answers extends AnsweredRows>(answers: Answers): Answers {
    const kept = this.#kept(answers.rows);
    if (kept.length === answers.rows.length) return answers;
    return {
      ...answers,
      rows: kept.map((at) => answers.rows[at]!),
      classes: kept.map((at) => answers.classes[at]!),
    };
  }

  /** The same of answers with several labels. */
  withoutSets({ rows, sets }: AnsweredSets): AnsweredSets {
    const kept = this.#kept(rows);
    return { rows: kept.map((at) => rows[at]!), sets: selectSets(sets, kept) };
  }

  /** The places of the rows that have no near-duplicate in the audit set. */
  #kept(rows: Int32Array): Int32Array {
    const kept: number[] = [];
    rows.forEach((row, at) => {
      const signature = this.#pool.placeOf(row) < 0 ? 0 : this.#pool.signatureOf(row);
      // Records without terms are all alike, and teach nothing but the intercept.
      if (signature === 0 || !this.#signatures.has(signature)) kept.push(at);
    });
    return Int32Array.from(kept);
  }
}
