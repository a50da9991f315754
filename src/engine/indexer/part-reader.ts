/** Reads one file after the other part by part, for another thread that takes the parts into the index. */
import { createHash, type Hash } from 'node:crypto';
import type { FileLayout, FormatReader } from '../../core/formats/format.ts';
import { Intake } from './intake.ts';
import { chunksOf } from './open-source.ts';
import { type Part, PartBuilder } from './part.ts';

/** A few milliseconds of work: the other thread gives way to answers between parts. */
const CHUNKS_A_PART = 4;

/** Which file to read, and how. The owner keeps it open until it has had the answer to its last call. */
export interface ReadingJob {
  /** The system's number of the open file. */
  readonly file: number;
  /** How much of it to read, in bytes. */
  readonly size: number;
  readonly layout: FileLayout;
  /** The project's, 32 hex digits. */
  readonly salt: string;
  /** The audit rank of all records instead of what their texts give. */
  readonly fixedRank: number | undefined;
}

export interface FilePart extends Part {
  /** How many bytes of the file it took. */
  readonly bytesRead: number;
  /** Whether there are no more bytes. */
  readonly isLast: boolean;
}

export interface PartReading {
  open(job: ReadingJob): void;
  next(): FilePart;
  /**
   * The records that are whole only because the file ends here, and the SHA-256 of all bytes read.
   *
   * @param isWhole false when the last line may be half a line: then there are none
   */
  end(isWhole: boolean): { readonly part: Part; readonly hash: Uint8Array };
}

/** Whether a file of this layout is read record by record, so that parts of it are small. */
export function hasSmallParts({ format }: FileLayout): boolean {
  return format === 'jsonl' || format === 'csv' || format === 'text';
}

export class PartReader implements PartReading {
  readonly #builder = new PartBuilder();
  readonly #intake = new Intake(this.#builder);
  #open: { chunks: Iterator<Uint8Array>; reader: FormatReader; digest: Hash } | undefined;

  open({ file, size, layout, salt, fixedRank }: ReadingJob): void {
    this.#builder.clear();
    const reader = this.#intake.open({
      layout,
      salt,
      fixedRank,
      onRecords: () => {},
      onProblem: (problem) => this.#builder.addProblem(problem),
    });
    this.#open = { chunks: chunksOf(file, size), reader, digest: createHash('sha256') };
  }

  next(): FilePart {
    const { chunks, reader, digest } = this.#open!;
    let bytesRead = 0;
    for (let count = 0; count < CHUNKS_A_PART; count++) {
      const { value: chunk, done } = chunks.next();
      if (done) return { ...this.#builder.take(), bytesRead, isLast: true };
      digest.update(chunk);
      reader.push(chunk);
      bytesRead += chunk.length;
    }
    return { ...this.#builder.take(), bytesRead, isLast: false };
  }

  end(isWhole: boolean): { part: Part; hash: Uint8Array } {
    const { reader, digest } = this.#open!;
    if (isWhole) reader.end();
    return { part: this.#builder.take(), hash: digest.digest() };
  }
}
