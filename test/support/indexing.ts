/** A workspace folder on disk with an indexer on it, for tests. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Indexer } from '../../src/engine/indexer/indexer.ts';
import { RightOfWay } from '../../src/engine/right-of-way.ts';
import type { IndexerEvents, IndexReport, SourceRule } from '../../src/protocol/indexer.ts';
import type { TermBlock } from '../../src/store/block.ts';
import { IndexReader } from '../../src/store/store.ts';

export const SALT = '00'.repeat(16);

export class IndexedFolder {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'inkling-indexer-')));
  readonly folder = join(this.home, 'workspace');
  readonly indexPath = join(this.home, 'cache', 'index.db');
  readonly committed: number[] = [];
  sourcesChanged = 0;
  /** From how many bytes on a file is read by a thread of its own; undefined: as in the product. */
  largeFile: number | undefined;
  readonly #indexers: Indexer[] = [];

  constructor() {
    mkdirSync(this.folder);
  }

  /** Writes files into the folder; with a time in the past, so that their stamps can be trusted at once. */
  write(files: Record<string, string | Uint8Array>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      utimesSync(file, 1_000_000, 1_000_000);
    }
  }

  /** Another indexer on the same folder, as another process would have it. */
  indexer(events: Partial<IndexerEvents> = {}): Indexer {
    const all: IndexerEvents = {
      progress: events.progress ?? (() => {}),
      committed: (generation) => {
        this.committed.push(generation);
        events.committed?.(generation);
      },
      sourcesChanged: () => {
        this.sourcesChanged++;
        events.sourcesChanged?.();
      },
    };
    const indexer = new Indexer(this.folder, this.indexPath, all, new RightOfWay(), this.largeFile);
    this.#indexers.push(indexer);
    return indexer;
  }

  /** One run of a fresh indexer, which is closed after it. */
  async index(sources: readonly SourceRule[] = [{ include: ['**/*'] }], salt = SALT): Promise<IndexReport> {
    const indexer = this.indexer();
    try {
      return await indexer.index({ sources, salt });
    } finally {
      await indexer.close();
    }
  }

  read<Result>(look: (reader: IndexReader) => Result): Result {
    const reader = IndexReader.open(this.indexPath);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  }

  /** `src:line` of every record, in row order. */
  places(): string[] {
    return this.read((reader) => reader.rowsAfter(0, 1_000_000).map(({ src, line }) => `${src}:${line}`));
  }

  /** `src:line code` of every problem. */
  problems(): string[] {
    return this.read((reader) =>
      reader.problems(1_000_000).map(({ src, line, code }) => `${src}:${line} ${code}`),
    );
  }

  async remove(): Promise<void> {
    for (const indexer of this.#indexers) await indexer.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** What a block holds of each of its rows. Where blocks end depends on when commits fell due, so tests look at rows. */
export function countsByRow({ firstRow, rowCount, rowStarts, termIds, counts }: TermBlock) {
  return Array.from({ length: rowCount }, (_, i) => {
    const [from, to] = [rowStarts[i]!, rowStarts[i + 1]!];
    return { row: firstRow + i, terms: [...termIds.slice(from, to)], counts: [...counts.slice(from, to)] };
  });
}

export function jsonl(...texts: string[]): string {
  return texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
}
