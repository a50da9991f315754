/**
 * Takes the records that a format's reader finds into the index: names each by its text, numbers its occurrence, ranks
 * it for the audit and counts its terms. What is made here serves one file after the other, so that a record makes
 * little that is new.
 */
import { hash } from 'node:crypto';
import type { FileLayout, FormatReader, PlacedRecord, Problem } from '../../core/formats/format.ts';
import { openReader } from '../../core/formats/registry.ts';
import { RowKernel } from '../../core/formats/row-kernel.ts';
import { AuditRanker } from '../../core/records/audit.ts';
import type { IndexWriter } from '../../store/store.ts';
import { Occurrences } from './occurrences.ts';

const HASH_BYTES = 16;

export interface IntakeOptions {
  readonly layout: FileLayout;
  /** The project's, 32 hex digits. */
  readonly salt: string;
  /** The audit rank of all records instead of what their texts give. */
  readonly fixedRank: number | undefined;
  readonly onRecord: () => void;
  readonly onProblem: (problem: Problem) => void;
}

export class Intake {
  readonly #writer: IndexWriter;
  readonly #rows: RowKernel;
  readonly #ranker: AuditRanker;
  /** The hash of the record being added; the writer copies it. */
  readonly #hashAt: number;
  readonly #hash: Uint8Array;
  readonly #occurrences: Occurrences;

  /** It lives as long as the writer, whose memory it uses. */
  constructor(writer: IndexWriter) {
    this.#writer = writer;
    const { memory } = writer.terms;
    this.#rows = new RowKernel(memory);
    this.#ranker = new AuditRanker(memory);
    this.#hashAt = memory.allocate(HASH_BYTES);
    this.#hash = memory.bytes(this.#hashAt, HASH_BYTES);
    this.#occurrences = new Occurrences(memory.u32(this.#hashAt, HASH_BYTES / 4));
  }

  /** A reader whose records go to the file that the writer has begun. One at a time. */
  open({ layout, salt, fixedRank, onRecord, onProblem }: IntakeOptions): FormatReader {
    const { terms } = this.#writer;
    this.#ranker.use(salt);
    this.#occurrences.startFile();
    const add = (record: Omit<PlacedRecord, 'text'>, text: string | Uint8Array) => {
      this.#add(record, text, fixedRank);
      onRecord();
    };
    return openReader(layout, {
      record: (record) => {
        terms.count(record.text);
        add(record, record.text);
      },
      problem: onProblem,
      placed: {
        rows: this.#rows,
        record: (record) => {
          const { address, length } = record.text;
          terms.countAt(record.text);
          add(record, terms.memory.bytes(address, length));
        },
      },
    });
  }

  /** @param text of which the terms were just counted */
  #add(
    { offset, length, line, id }: Omit<PlacedRecord, 'text'>,
    text: string | Uint8Array,
    fixedRank: number | undefined,
  ): void {
    // As a string of one character a byte: faster than a Buffer.
    const digest = hash('sha256', text, 'binary');
    for (let i = 0; i < HASH_BYTES; i++) this.#hash[i] = digest.charCodeAt(i);
    this.#writer.addRecord({
      offset,
      length,
      line,
      hash: this.#hash,
      id,
      n: this.#occurrences.next(),
      auditRank: fixedRank ?? this.#ranker.rank(this.#hashAt),
    });
  }
}
