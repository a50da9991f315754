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
import type { IndexWriter, NewRecord } from '../../store/store.ts';
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
  readonly #hashAt: number;
  /** The record being added; the writer copies it. */
  readonly #record: { -readonly [Field in keyof NewRecord]: NewRecord[Field] };
  readonly #occurrences: Occurrences;
  #fixedRank: number | undefined;

  /** It lives as long as the writer, whose memory it uses. */
  constructor(writer: IndexWriter) {
    this.#writer = writer;
    const { memory } = writer.terms;
    this.#rows = new RowKernel(memory);
    this.#ranker = new AuditRanker(memory);
    this.#hashAt = memory.allocate(HASH_BYTES);
    this.#record = {
      offset: 0,
      length: 0,
      line: 0,
      hash: memory.bytes(this.#hashAt, HASH_BYTES),
      id: undefined,
      n: 0,
      auditRank: 0,
    };
    this.#occurrences = new Occurrences(memory.u32(this.#hashAt, HASH_BYTES / 4));
  }

  /** A reader whose records go to the file that the writer has begun. One at a time. */
  open({ layout, salt, fixedRank, onRecord, onProblem }: IntakeOptions): FormatReader {
    const { terms } = this.#writer;
    this.#ranker.use(salt);
    this.#occurrences.startFile();
    this.#fixedRank = fixedRank;
    return openReader(layout, {
      record: (record) => {
        terms.count(record.text);
        this.#add(record, record.text);
        onRecord();
      },
      problem: onProblem,
      placed: {
        rows: this.#rows,
        record: (record) => {
          const { address, length } = record.text;
          terms.countAt(record.text);
          this.#add(record, terms.memory.bytes(address, length));
          onRecord();
        },
      },
    });
  }

  /** @param text of which the terms were just counted */
  #add(record: Omit<PlacedRecord, 'text'>, text: string | Uint8Array): void {
    // As a string of one character a byte: faster than a Buffer.
    const digest = hash('sha256', text, 'binary');
    const added = this.#record;
    for (let i = 0; i < HASH_BYTES; i++) added.hash[i] = digest.charCodeAt(i);
    added.offset = record.offset;
    added.length = record.length;
    added.line = record.line;
    added.id = record.id;
    added.n = this.#occurrences.next();
    added.auditRank = this.#fixedRank ?? this.#ranker.rank(this.#hashAt);
    this.#writer.addRecord(added);
  }
}
