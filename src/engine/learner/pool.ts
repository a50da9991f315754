/**
 * The indexed records as the learner sees them: which live, and their tf-idf rows, made on demand.
 *
 * Term counts stay in the blocks as the index gave them (about 6 bytes a term and record); weights are computed
 * while scoring. A pool never changes: `read` makes the next one, sharing the blocks, so that a lesson under way
 * keeps the pool it began with.
 */
import { setImmediate } from 'node:timers/promises';
import { CsrBuilder, type CsrMatrix } from '../../core/features/csr.ts';
import { inverseDocumentFrequencies } from '../../core/features/tfidf.ts';
import { type Language, languageNamed, languageOf, stemmerOf } from '../../core/text/stemming.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import type { IndexReader, LiveRows, TermBlock } from '../../store/store.ts';

export class Pool {
  readonly generation: number;
  /** Records that exist now, ascending. */
  readonly rows: Uint32Array;
  /** The audit rank of each. */
  readonly auditRanks: Uint32Array;
  /** What the person said the records are written in, as ISO 639-1; undefined: to be detected. */
  readonly wantedLanguage: string | undefined;
  /** In which the records are written; undefined for a language without function words we know. */
  readonly language: Language | undefined;
  readonly featureCount: number;
  readonly #blocks: readonly TermBlock[];
  readonly #terms: readonly string[];
  /** The stem of each term; empty where terms are taken as they are. */
  readonly #stems: readonly string[] = [];
  /** Term id → feature: the term itself or its stem. */
  readonly #featureOf: Int32Array;
  readonly #idf: Float64Array;

  static empty(): Pool {
    return new Pool(0, { rows: new Uint32Array(0), auditRanks: new Uint32Array(0) }, [], [], undefined);
  }

  /**
   * @param previous a pool of the same index file, whose blocks and terms are not read again
   * @param language an ISO 639-1 code; undefined: as detected
   */
  static read(reader: IndexReader, previous: Pool, language?: string): Pool {
    const generation = reader.generation();
    const live = reader.liveRows();
    const blocks = [...previous.#blocks, ...reader.blocks(previous.#blocks.at(-1)?.firstRow ?? -1)];
    const terms = [...previous.#terms];
    for (const { term } of reader.terms(terms.length - 1)) terms.push(term);
    return new Pool(generation, live, blocks, terms, previous, language);
  }

  private constructor(
    generation: number,
    live: LiveRows,
    blocks: readonly TermBlock[],
    terms: readonly string[],
    previous: Pool | undefined,
    language?: string,
  ) {
    this.wantedLanguage = language;
    this.generation = generation;
    this.rows = live.rows;
    this.auditRanks = live.auditRanks;
    this.#blocks = blocks;
    this.#terms = terms;

    const termIds = Int32Array.from(terms, (_, id) => id);
    const frequencies = this.#documentFrequencies(termIds, terms.length);
    const ids = new Map(terms.map((term, id) => [term, id]));
    this.language =
      language === undefined
        ? languageOf((term) => frequencies[ids.get(term) ?? -1] ?? 0, live.rows.length)
        : languageNamed(language);
    const stem = stemmerOf(this.language);
    if (stem) {
      // Stemming is the slow part: a second for half a million terms.
      const known = previous?.language === this.language ? previous!.#stems : [];
      this.#stems = terms.map((term, id) => known[id] ?? stem(term));
      const features = new Map<string, number>();
      this.#featureOf = termIds;
      this.#stems.forEach((stemmed, id) => {
        const feature = features.get(stemmed) ?? features.size;
        features.set(stemmed, feature);
        this.#featureOf[id] = feature;
      });
      this.featureCount = features.size;
      const stemFrequencies = this.#documentFrequencies(this.#featureOf, this.featureCount);
      this.#idf = inverseDocumentFrequencies(stemFrequencies, live.rows.length);
    } else {
      this.#featureOf = termIds;
      this.featureCount = terms.length;
      this.#idf = inverseDocumentFrequencies(frequencies, live.rows.length);
    }
  }

  /** tf-idf rows (sublinear counts, length 1) of these records, in this order. A row unknown here is empty. */
  tfidf(rows: ArrayLike<number>): CsrMatrix {
    return this.#weighed(this.#featureCounts(rows));
  }

  /** The same of texts that are no records. Words that no record has count for nothing. */
  tfidfOf(texts: readonly string[]): CsrMatrix {
    const featureOf = this.featuresByTerm();
    const builder = new CsrBuilder();
    for (const text of texts) {
      const counts = new Map<number, number>();
      for (const term of tokenize(text)) {
        const feature = featureOf.get(term);
        if (feature !== undefined) counts.set(feature, (counts.get(feature) ?? 0) + 1);
      }
      builder.addRow(counts);
    }
    return this.#weighed(builder.finish(this.featureCount));
  }

  /** Counts to weights, in place: sublinear, by the pool's idf, each row of length 1. */
  #weighed(counts: CsrMatrix): CsrMatrix {
    const { rowCount, rowStarts, columns, values } = counts;
    for (let row = 0; row < rowCount; row++) {
      let squares = 0;
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
        values[at] = sublinear(values[at]!) * this.#idf[columns[at]!]!;
        squares += values[at]! ** 2;
      }
      const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) values[at]! *= scale;
    }
    return counts;
  }

  /** The term of a feature, where terms are taken as they are; else one that shares its stem. */
  termOf(feature: number): string {
    return this.#stems.length === 0 ? this.#terms[feature]! : this.#terms[this.#featureOf.indexOf(feature)]!;
  }

  /** How many terms the index has. */
  get termCount(): number {
    return this.#terms.length;
  }

  /** The first so many of them in the order of their numbers, a line each. */
  firstTerms(count: number): string {
    return this.#terms.slice(0, count).join('\n');
  }

  /** The feature of every term of the index. Made on demand: it is as large as the vocabulary. */
  featuresByTerm(): Map<string, number> {
    return new Map(this.#terms.map((term, id) => [term, this.#featureOf[id]!]));
  }

  /** The ids of the different terms of a record, in no order. */
  termsOf(row: number): Uint32Array {
    const { block, start, end } = this.#place(row);
    return block ? block.termIds.subarray(start, end) : new Uint32Array(0);
  }

  /**
   * The rows that hold all of these terms, in some form that shares their stem: in row order. Looks at every posting
   * there is, a slice between two turns of the event loop; a million records of forty terms take a tenth of a second.
   */
  async rowsWith(terms: readonly string[]): Promise<Int32Array> {
    const wanted = new Map<number, number>();
    const stem = stemmerOf(this.language);
    for (const term of terms) {
      const id = stem ? this.#stems.indexOf(stem(term)) : this.#terms.indexOf(term);
      if (id < 0) return new Int32Array(0);
      const feature = this.#featureOf[id]!;
      if (!wanted.has(feature)) wanted.set(feature, 1 << wanted.size);
    }
    const bitOf = new Int32Array(this.featureCount);
    for (const [feature, bit] of wanted) bitOf[feature] = bit;
    const all = 2 ** wanted.size - 1;
    const found: number[] = [];
    for (let from = 0; from < this.rows.length; from += ROWS_A_SLICE) {
      for (const row of this.rows.subarray(from, from + ROWS_A_SLICE)) {
        const { block, start, end } = this.#place(row);
        let bits = 0;
        for (let at = start; at < end; at++) bits |= bitOf[this.#featureOf[block!.termIds[at]!]!]!;
        if (bits === all) found.push(row);
      }
      await setImmediate();
    }
    return Int32Array.from(found);
  }

  /** The words of a record by feature; where several share a stem, the first in the text. */
  wordsOf(row: number): Map<number, string> {
    const words = new Map<number, string>();
    const { block, start, end } = this.#place(row);
    for (let at = start; at < end; at++) {
      const term = block!.termIds[at]!;
      const feature = this.#featureOf[term]!;
      if (!words.has(feature)) words.set(feature, this.#terms[term]!);
    }
    return words;
  }

  /** How many live records hold each feature. */
  #documentFrequencies(featureOf: Int32Array, featureCount: number): Int32Array {
    const frequencies = new Int32Array(featureCount);
    // The latest record counted for a feature, so that two words of one stem count once.
    const countedIn = new Int32Array(featureCount).fill(-1);
    for (const row of this.rows) {
      const { block, start, end } = this.#place(row);
      for (let at = start; at < end; at++) {
        const feature = featureOf[block!.termIds[at]!]!;
        if (countedIn[feature] === row) continue;
        countedIn[feature] = row;
        frequencies[feature]!++;
      }
    }
    return frequencies;
  }

  #featureCounts(rows: ArrayLike<number>): CsrMatrix {
    const places = Array.from(rows, (row) => this.#place(row));
    const length = places.reduce((sum, { start, end }) => sum + end - start, 0);
    const rowStarts = new Int32Array(rows.length + 1);
    const columns = new Int32Array(length);
    const values = new Float64Array(length);
    let filled = 0;
    places.forEach(({ block, start, end }, row) => {
      for (let at = start; at < end; at++) {
        const feature = this.#featureOf[block!.termIds[at]!]!;
        const seen = this.#slots[feature]!;
        if (seen >= rowStarts[row]! && seen < filled && columns[seen] === feature) {
          values[seen]! += block!.counts[at]!;
        } else {
          this.#slots[feature] = filled;
          columns[filled] = feature;
          values[filled++] = block!.counts[at]!;
        }
      }
      rowStarts[row + 1] = filled;
    });
    return {
      rowCount: rows.length,
      columnCount: this.featureCount,
      rowStarts,
      columns: columns.subarray(0, filled),
      values: values.subarray(0, filled),
    };
  }

  /** Where a feature was last put by `#featureCounts`: work space, checked before it is believed. */
  get #slots(): Int32Array {
    this.#slotSpace ??= new Int32Array(this.featureCount);
    return this.#slotSpace;
  }
  #slotSpace: Int32Array | undefined;

  /** The part of a block that holds a record's terms; an empty part for a row that no block has. */
  #place(row: number): { block: TermBlock | undefined; start: number; end: number } {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.firstRow <= row) low = middle;
      else high = middle - 1;
    }
    const block = this.#blocks[low];
    const within = row - (block?.firstRow ?? 0);
    if (!block || within < 0 || within >= block.rowCount) return { block: undefined, start: 0, end: 0 };
    return { block, start: block.rowStarts[within]!, end: block.rowStarts[within + 1]! };
  }
}

/** Rows searched between two turns of the event loop. */
const ROWS_A_SLICE = 20_000;

const sublinearCounts = Float64Array.from({ length: 256 }, (_, count) => 1 + Math.log(count));

/** 1 + ln(count), from a table for all but the rarest counts. */
function sublinear(count: number): number {
  return sublinearCounts[count] ?? 1 + Math.log(count);
}
