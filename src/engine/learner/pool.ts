/**
 * The indexed records as the learner sees them: which live, and their tf-idf rows, made on demand.
 *
 * Term counts lie by feature (`postings.ts`, about two and a half bytes a term and record); weights are computed while
 * scoring. A pool never changes: `read` makes the next one, sharing the blocks, so that a lesson under way keeps the
 * pool it began with.
 */
import { setImmediate } from 'node:timers/promises';
import { CsrBuilder, type CsrMatrix } from '../../core/features/csr.ts';
import { FACTORS, type PostingBlock, sublinear } from '../../core/features/postings.ts';
import { inverseDocumentFrequencies } from '../../core/features/tfidf.ts';
import { largeArray } from '../../core/kernels/large.ts';
import { type Language, languageNamed, languageOf, stemmerOf } from '../../core/text/stemming.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import type { IndexReader, LiveRows } from '../../store/store.ts';
import { PoolBlocks } from './pool-blocks.ts';

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
  /** How many records there were when that was found out. */
  readonly detectedFrom: number;
  readonly featureCount: number;
  /** By feature: ln of how rare it is among the records, and one more. */
  readonly idf: Float64Array;
  /** All blocks of the index up to now: rows that live no more are in them too. */
  readonly blocks: readonly PostingBlock[];
  readonly held: PoolBlocks;
  readonly #terms: readonly string[];
  /** The stem of each term; empty where terms are taken as they are. */
  readonly stems: readonly string[];
  /** Term id → feature: the term itself or its stem. */
  readonly featureOf: Int32Array;

  static empty(): Pool {
    return new Pool({
      generation: 0,
      live: { rows: new Uint32Array(0), auditRanks: new Uint32Array(0) },
      held: new PoolBlocks(),
      terms: [],
      stems: [],
      featureOf: new Int32Array(0),
      frequencies: new Int32Array(0),
      language: undefined,
      detectedFrom: 0,
      wantedLanguage: undefined,
    });
  }

  /**
   * @param previous a pool of the same index file, whose blocks and terms are not read again
   * @param wantedLanguage an ISO 639-1 code; undefined: as detected
   */
  static read(reader: IndexReader, previous: Pool, wantedLanguage?: string): Pool {
    const generation = reader.generation();
    const live = reader.liveRows();
    const added = Array.from(reader.terms(previous.#terms.length - 1), ({ term }) => term);
    const terms = added.length === 0 ? previous.#terms : [...previous.#terms, ...added];
    const isDetected =
      wantedLanguage === undefined &&
      (previous.wantedLanguage !== undefined || hasChangedMuch(live, previous.detectedFrom));
    const detectedFrom = isDetected ? live.rows.length : previous.detectedFrom;
    const facts = { generation, live, terms, wantedLanguage, detectedFrom };
    const asBefore = stemmerOf(previous.language);
    const language = wantedLanguage === undefined ? previous.language : languageNamed(wantedLanguage);
    if (asBefore && stemmerOf(language) === asBefore && !isDetected) {
      return Pool.#stemmed(reader, facts, previous, language!);
    }
    // Blocks of stems say nothing of words: those of words are made first, and tell the language.
    const held = asBefore ? new PoolBlocks() : previous.held;
    held.add(reader.blocks(held.lastFirstRow), terms.length);
    const frequencies = held.frequencies(live.rows, terms.length);
    const own = isDetected ? detectedLanguage(terms, frequencies, live) : language;
    if (own && stemmerOf(own)) return Pool.#stemmed(reader, facts, Pool.empty(), own);
    return new Pool({
      ...facts,
      held,
      stems: [],
      featureOf: asBefore || added.length > 0 ? Int32Array.from(terms, (_, id) => id) : previous.featureOf,
      frequencies,
      language: own,
    });
  }

  /**
   * A pool of blocks that were kept, to be read on from: where `previous` is wanted.
   *
   * @param fill puts the blocks there, or says that it can't
   */
  static restored({
    fill,
    ...parts
  }: Pick<PoolParts, 'live' | 'terms' | 'stems' | 'featureOf' | 'language' | 'wantedLanguage'> & {
    fill(held: PoolBlocks): boolean;
  }): Pool | undefined {
    const held = new PoolBlocks();
    if (!fill(held)) return undefined;
    const featureCount = parts.featureOf.reduce((most, feature) => Math.max(most, feature + 1), 0);
    return new Pool({
      ...parts,
      generation: 0,
      held,
      frequencies: new Int32Array(featureCount),
      detectedFrom: parts.live.rows.length,
    });
  }

  /** @param previous a pool of this language, or an empty one */
  static #stemmed(
    reader: IndexReader,
    facts: Pick<PoolParts, 'generation' | 'live' | 'terms' | 'wantedLanguage' | 'detectedFrom'>,
    previous: Pool,
    language: Language,
  ): Pool {
    const { live, terms } = facts;
    const { stems, featureOf, featureCount } =
      previous.stems.length === terms.length ? previous : stemmed(terms, previous.stems, language);
    const held = previous.held;
    held.add(reader.blocks(held.lastFirstRow), terms.length, featureCount, featureOf);
    const frequencies = held.frequencies(live.rows, featureCount);
    return new Pool({ ...facts, held, stems, featureOf, frequencies, language });
  }

  private constructor(parts: PoolParts) {
    const { generation, live, held, terms, stems, featureOf, frequencies } = parts;
    const { language, wantedLanguage, detectedFrom } = parts;
    this.generation = generation;
    this.rows = live.rows;
    this.auditRanks = live.auditRanks;
    this.wantedLanguage = wantedLanguage;
    this.language = language;
    this.detectedFrom = detectedFrom;
    this.featureCount = frequencies.length;
    this.idf = inverseDocumentFrequencies(frequencies, live.rows.length);
    this.blocks = held.blocks;
    this.held = held;
    this.#terms = terms;
    this.stems = stems;
    this.featureOf = featureOf;
  }

  /** The memory that the blocks lie in. */
  get memory(): PoolBlocks['memory'] {
    return this.held.memory;
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
        const count = values[at]!;
        values[at] = (FACTORS[count] ?? sublinear(count)) * this.idf[columns[at]!]!;
        squares += values[at]! ** 2;
      }
      const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) values[at]! *= scale;
    }
    return counts;
  }

  /** The term of a feature, where terms are taken as they are; else one that shares its stem. */
  termOf(feature: number): string {
    return this.stems.length === 0 ? this.#terms[feature]! : this.#terms[this.featureOf.indexOf(feature)]!;
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
    return new Map(this.#terms.map((term, id) => [term, this.featureOf[id]!]));
  }

  /** Where a row stands among `rows`; -1 for one that is not there. */
  placeOf(row: number): number {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return this.rows[low] === row ? low : -1;
  }

  /** The block that a row is in. */
  blockOf(row: number): PostingBlock | undefined {
    return this.held.blockOf(row);
  }

  /** A number for the set of features of a record: records with the same features have the same. */
  signatureOf(row: number): number {
    return this.held.signatureOf(row);
  }

  /**
   * The rows that hold all of these terms, in some form that shares their stem: in row order. A slice of the blocks at
   * a time between two turns of the event loop.
   */
  async rowsWith(terms: readonly string[]): Promise<Int32Array> {
    const wanted = new Set<number>();
    const stem = stemmerOf(this.language);
    for (const term of terms) {
      const id = stem ? this.stems.indexOf(stem(term)) : this.#terms.indexOf(term);
      if (id < 0) return new Int32Array(0);
      wanted.add(this.featureOf[id]!);
    }
    const found: number[] = [];
    let live = 0;
    for (const [number, block] of this.blocks.entries()) {
      const held = this.held.holding(block, wanted);
      for (let record = 0; record < block.rowCount; record++) {
        if (held[record] !== wanted.size) continue;
        const row = block.firstRow + record;
        while (live < this.rows.length && this.rows[live]! < row) live++;
        if (this.rows[live] === row) found.push(row);
      }
      if (number % BLOCKS_A_SLICE === 0) await setImmediate();
    }
    return Int32Array.from(found);
  }

  /**
   * The words of a record by feature; where several share a stem, the first in the text.
   *
   * @param text the record's own, where it can be read: without it a stem stands for its words
   */
  wordsOf(row: number, text: string | undefined): Map<number, string> {
    if (this.stems.length === 0 || text === undefined) {
      const { features } = this.held.row(row);
      return new Map(Array.from(features, (feature) => [feature, this.termOf(feature)]));
    }
    const words = new Map<number, string>();
    const featureOf = this.featuresByTerm();
    for (const term of tokenize(text)) {
      const feature = featureOf.get(term);
      if (feature !== undefined && !words.has(feature)) words.set(feature, term);
    }
    return words;
  }

  #featureCounts(rows: ArrayLike<number>): CsrMatrix {
    const counted = this.held.rows(rows);
    const rowStarts = new Int32Array(rows.length + 1);
    counted.forEach(({ features }, row) => {
      rowStarts[row + 1] = rowStarts[row]! + features.length;
    });
    const columns = largeArray(Int32Array, rowStarts[rows.length]!);
    const values = largeArray(Float64Array, columns.length);
    counted.forEach(({ features, counts }, row) => {
      columns.set(features, rowStarts[row]!);
      values.set(counts, rowStarts[row]!);
    });
    return { rowCount: rows.length, columnCount: this.featureCount, rowStarts, columns, values };
  }
}

interface PoolParts {
  readonly generation: number;
  readonly live: LiveRows;
  readonly held: PoolBlocks;
  readonly terms: readonly string[];
  readonly stems: readonly string[];
  readonly featureOf: Int32Array;
  /** By feature: how many live records hold it. */
  readonly frequencies: Int32Array;
  readonly language: Language | undefined;
  readonly wantedLanguage: string | undefined;
  readonly detectedFrom: number;
}

/** Terms that share a stem share a feature. @param known the stems of the first terms */
function stemmed(terms: readonly string[], known: readonly string[], language: Language) {
  const stem = stemmerOf(language)!;
  // Stemming is the slow part: a second for half a million terms.
  const stems = terms.map((term, id) => known[id] ?? stem(term));
  const features = new Map<string, number>();
  const featureOf = Int32Array.from(stems, (own) => {
    const feature = features.get(own) ?? features.size;
    features.set(own, feature);
    return feature;
  });
  return { stems, featureOf, featureCount: features.size };
}

/** Blocks searched between two turns of the event loop. */
const BLOCKS_A_SLICE = 8;

function detectedLanguage(
  terms: readonly string[],
  frequencies: Int32Array,
  { rows }: LiveRows,
): Language | undefined {
  const ids = new Map(terms.map((term, id) => [term, id]));
  return languageOf((term) => frequencies[ids.get(term) ?? -1] ?? 0, rows.length);
}

/** Whether so much has come or gone that the records may be in another language now. */
function hasChangedMuch({ rows }: LiveRows, before: number): boolean {
  return rows.length > 2 * before || rows.length < before / 2;
}
