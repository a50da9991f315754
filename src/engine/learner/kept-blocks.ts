/**
 * A pool's blocks and the dense parts of their records as they lie in memory, kept so that opening a large pool again
 * is reading two files: decoding a million records' terms and laying them out by feature takes seconds.
 *
 *     content = facts (`kept-facts.ts`) | arrays, in the order of the facts
 *
 * A block is known again by where it begins and by what follows from its records' texts (`IndexReader.prints`); terms, by
 * a digest of all there were: as long as they are the first of the index, they keep their numbers.
 */
import { createHash } from 'node:crypto';
import type { DenseRecords } from '../../core/features/dense-records.ts';
import type { BlockSizes } from '../../core/features/postings.ts';
import type { Language } from '../../core/text/stemming.ts';
import { type IndexReader, keptPath, readKept } from '../../store/store.ts';
import { packedFacts, readFacts } from './kept-facts.ts';
import { Pool } from './pool.ts';

/** Raise it with whatever changes what is in the files. */
const LAYOUT = 2;

/** Which of the index's blocks: the first so many. */
interface KeptBlocks {
  readonly layout: number;
  readonly blocks: readonly (BlockSizes & { readonly print: number })[];
}

interface BlocksFacts extends KeptBlocks {
  readonly language: Language | null;
  /** What the person said it is. */
  readonly wanted: string | null;
  readonly recordCount: number;
  readonly termCount: number;
  readonly terms: string;
  /** Bytes of all stems, parted by line feeds; 0 where terms are taken as they are. */
  readonly stemBytes: number;
}

interface DenseFacts extends KeptBlocks {
  /** Of the learned features that the parts were made by. */
  readonly features: number;
}

/** Large parts are the memory itself. @returns undefined where the index has no such blocks any more */
export function packBlocks(pool: Pool, reader: IndexReader): Uint8Array[] | undefined {
  const blocks = printed(pool, reader);
  if (!blocks) return undefined;
  const stems = new TextEncoder().encode(pool.stems.join('\n'));
  const facts: BlocksFacts = {
    layout: LAYOUT,
    blocks,
    language: pool.language ?? null,
    wanted: pool.wantedLanguage ?? null,
    recordCount: pool.rows.length,
    termCount: pool.termCount,
    terms: digestOf(pool.firstTerms(pool.termCount)),
    stemBytes: stems.length,
  };
  const { buffer, byteOffset, byteLength } = pool.featureOf;
  return [
    ...packedFacts(facts),
    new Uint8Array(buffer, byteOffset, byteLength),
    stems,
    ...pool.blocks.flatMap((block) => pool.held.bytesOf(block)),
  ];
}

/** The pool as it was when its blocks were kept, as far as the index goes on from there; undefined where it doesn't. */
export function restoredPool(reader: IndexReader, indexPath: string): Pool | undefined {
  return readKept(keptPath(indexPath, 'blocks'), (kept) => {
    const facts = readFacts<BlocksFacts>(kept);
    if (facts?.layout !== LAYOUT || !areStill(facts, reader)) return undefined;
    const live = reader.liveRows();
    // So many came or went that the records may be in another language now.
    if (live.rows.length > 2 * facts.recordCount || live.rows.length < facts.recordCount / 2)
      return undefined;
    const terms: string[] = [];
    for (const { term } of reader.terms(-1)) {
      if (terms.length === facts.termCount) break;
      terms.push(term);
    }
    if (terms.length < facts.termCount || facts.terms !== digestOf(terms.join('\n'))) return undefined;
    const featureOf = new Int32Array(facts.termCount);
    const stems = new Uint8Array(facts.stemBytes);
    if (!kept.fill(new Uint8Array(featureOf.buffer)) || !kept.fill(stems)) return undefined;
    return Pool.restored({
      live,
      terms,
      stems: stems.length === 0 ? [] : new TextDecoder().decode(stems).split('\n'),
      featureOf,
      language: facts.language ?? undefined,
      wantedLanguage: facts.wanted ?? undefined,
      fill: (held) => held.restore(facts.blocks, (bytes) => kept.fill(bytes)),
    });
  });
}

/** @param features what tells the learned features from others */
export function packDense(
  pool: Pool,
  records: DenseRecords,
  features: number,
  reader: IndexReader,
): Uint8Array[] | undefined {
  const blocks = printed(pool, reader);
  const parts = pool.blocks.map((block) => records.bytesOf(block));
  if (!blocks || parts.includes(undefined)) return undefined;
  const facts: DenseFacts = { layout: LAYOUT, blocks, features };
  return [...packedFacts(facts), ...parts.flatMap((part) => part!)];
}

/**
 * Puts the dense parts that were kept into their place, if they are of these features and this pool's first blocks.
 *
 * @returns of how many blocks
 */
export function restoreDense(
  pool: Pool,
  records: DenseRecords,
  features: number,
  reader: IndexReader,
  indexPath: string,
): number {
  const read = readKept(keptPath(indexPath, 'dense'), (kept) => {
    const facts = readFacts<DenseFacts>(kept);
    if (facts?.layout !== LAYOUT || facts.features !== features || !areStill(facts, reader)) return undefined;
    const blocks = pool.blocks.slice(0, facts.blocks.length);
    if (!blocks.every(({ firstRow }, at) => firstRow === facts.blocks[at]!.firstRow)) return undefined;
    const made = records.filled(blocks, (bytes) => kept.fill(bytes));
    return made && { made };
  });
  read?.made.forEach((dense, block) => {
    records.put(block, dense);
  });
  return read?.made.size ?? 0;
}

/** What tells the pool's blocks from others; undefined where the index has them no more. */
function printed(pool: Pool, reader: IndexReader): KeptBlocks['blocks'] | undefined {
  const prints = reader.prints();
  const blocks: (BlockSizes & { print: number })[] = [];
  for (const { firstRow, rowCount, runCount, postingCount, frequent } of pool.blocks) {
    const print = prints.get(firstRow);
    if (print === undefined) return undefined;
    blocks.push({ firstRow, rowCount, runCount, postingCount, frequentCount: frequent.length, print });
  }
  return blocks;
}

/** Whether these are the first blocks of the index. */
function areStill({ blocks }: KeptBlocks, reader: IndexReader): boolean {
  const prints = [...reader.prints()];
  return (
    blocks.length <= prints.length &&
    blocks.every(({ firstRow, print }, at) => prints[at]![0] === firstRow && prints[at]![1] === print)
  );
}

function digestOf(terms: string): string {
  return createHash('sha256').update(terms).digest('hex');
}
