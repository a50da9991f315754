/** What crosses between the engine and its indexer worker. */
import type { IndexingProgress } from './queue.ts';

export interface IndexerService {
  /**
   * Brings the index up to date with the folder: unchanged files cost a stat, changed ones a re-read. One run at a
   * time: a call while one is running joins the run that starts after it. Resolves when the index is complete.
   */
  index(request: IndexRequest): Promise<IndexReport>;
  /** Stops the running `index` at the next record; what is committed stays. It resolves with `cancelled: true`. */
  cancel(): Promise<void>;
  /** Starts or stops watching the folder; changes arrive as `IndexerEvents.sourcesChanged`. */
  watch(on: boolean): Promise<void>;
  /** Keeps what the learner has made of the pool beside the index, if this process leads. */
  keep(name: 'features' | 'blocks' | 'dense', parts: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** What the indexer tells the engine while it works. */
export interface IndexerEvents {
  /** At most ten a second. */
  progress(progress: IndexingProgress): void;
  /** New rows are committed and can be read: `generation` as in the index. */
  committed(generation: number): void;
  /** A source was made, changed or removed: the engine answers with `index`. Debounced. */
  sourcesChanged(): void;
}

export interface SourceRule {
  /** Globs relative to the folder; `**` allowed, no `..`. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly format?: 'jsonl' | 'json' | 'csv' | 'text' | 'markdown';
  readonly text?: string;
  readonly id?: string;
  readonly recordPer?: 'line' | 'file' | 'heading';
  readonly delimiter?: string;
  /** A WHATWG encoding label, for files without a byte order mark; absent: utf-8, or a guess that is reported. */
  readonly encoding?: string;
}

export interface IndexRequest {
  readonly sources: readonly SourceRule[];
  /** 32 hex digits: the key of the audit hash. Another salt rebuilds the index. */
  readonly salt: string;
}

export interface IndexReport {
  readonly generation: number;
  readonly files: number;
  readonly filesRead: number;
  readonly records: number;
  readonly problems: number;
  readonly bytesRead: number;
  readonly ms: number;
  readonly cancelled: boolean;
  /** False when another process owns the index; it then keeps it fresh for all. */
  readonly leader: boolean;
}
