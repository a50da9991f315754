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
    pool.rows.forEach((row, at) => {
      if (pool.auditRanks[at]! < auditThreshold) this.#signatures.add(signature(pool.termsOf(row)));
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
      const terms = this.#pool.termsOf(row);
      // Records without terms are all alike, and teach nothing but the intercept.
      if (terms.length === 0 || !this.#signatures.has(signature(terms))) kept.push(at);
    });
    return Int32Array.from(kept);
  }
}

/** 53 bits that say which terms there are, in whatever order. */
function signature(terms: Uint32Array): number {
  let sum = terms.length;
  let xor = 0;
  for (const term of terms) {
    const mixed = mix(term);
    sum = (sum + mixed) >>> 0;
    xor ^= mix(mixed ^ 0x5bd1e995);
  }
  return sum * 0x200000 + (xor >>> 11);
}

/** The finalizer of MurmurHash3 (Appleby 2011): every bit of the input changes half of the output. */
function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
