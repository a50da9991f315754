/** Pools to measure on: real or synthetic records in a temporary folder, indexed by the shipped indexer. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/core/random.ts';
import { vectorsFor } from '../../src/engine/english-vectors.ts';
import { Indexer } from '../../src/engine/indexer/indexer.ts';
import { Learner, type LearnerOptions } from '../../src/engine/learner/learner.ts';
import { learnPool } from '../../src/engine/learner/pool-learning.ts';
import { readRecords } from '../../src/engine/source.ts';
import type { IndexReport } from '../../src/protocol/indexer.ts';
import type { Lesson } from '../../src/protocol/learner.ts';
import { writeZipfPool } from './zipf.ts';

const SALT = '00'.repeat(16);

export class BenchPool {
  readonly home = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
  readonly folder = join(this.home, 'folder');
  readonly file = join(this.folder, 'pool.jsonl');
  readonly cache = join(this.home, 'cache');
  /** The class of each record, in the order of the file; the first record has row 1. */
  readonly classes: Uint8Array;

  /** @param records how many synthetic ones, or a file of real ones */
  constructor(records: number | string) {
    mkdirSync(this.folder);
    if (typeof records === 'number') this.classes = writeZipfPool(this.file, records);
    else {
      copyFileSync(records, this.file);
      const labels = readFileSync(records, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { label: string }).label);
      const names = [...new Set(labels)].sort();
      this.classes = Uint8Array.from(labels, (label) => names.indexOf(label));
    }
    // A file this young would be read twice to be sure of it.
    utimesSync(this.file, 1_000_000, 1_000_000);
  }

  get indexPath(): string {
    return join(this.cache, 'index.db');
  }

  /** Indexes the folder into a new index, or brings the one there is up to date. */
  async index(indexPath = this.indexPath): Promise<IndexReport> {
    const silent = { progress() {}, committed() {}, sourcesChanged() {} };
    const indexer = new Indexer(this.folder, indexPath, silent);
    try {
      return await indexer.index({ sources: [{ include: ['**/*'] }], salt: SALT });
    } finally {
      await indexer.close();
    }
  }

  /** The learner as its worker has it, but in this thread. */
  learner(options: Partial<LearnerOptions> = {}): Learner {
    return new Learner({
      indexPath: this.indexPath,
      readTexts: async (layout, records) => {
        const read = await readRecords(this.folder, layout, records);
        return read.map((record) => (record === 'changed' ? undefined : record.text));
      },
      generalVectors: (language) => vectorsFor(language, console.error),
      learnPool: async (...parameters) => learnPool(...parameters),
      poolLearned() {},
      keep() {},
      report(error) {
        throw error;
      },
      ...options,
    });
  }

  /** A lesson of answers drawn at random; the classes are the pool's own, modulo `classCount`. */
  lesson(count: number, classCount: number, strategy: string): Lesson {
    const drawn = this.drawn(count);
    return {
      rows: drawn.map((at) => at + 1),
      classes: drawn.map((at) => this.classes[at]! % classCount),
      classCount,
      excluded: new Int32Array(0),
      strategy,
      classifier: 'logistic',
      size: 100,
      seed: count,
      auditThreshold: 0,
    };
  }

  /** Positions of records drawn at random; a larger draw begins with the smaller. */
  drawn(count: number): Int32Array {
    return new Random(7).sample(this.classes.length, this.classes.length).slice(0, count);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}
