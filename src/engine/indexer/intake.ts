/**
 * Takes the records that a format's reader finds: names each by its text, numbers its occurrence, and ranks it for the
 * audit. What is made here serves one file after the other, so that a record makes little that is new.
 */
import { hash } from 'node:crypto';
import type {
  FileLayout,
  FormatReader,
  PlacedRecords,
  Problem,
  ReadRecord,
} from '../../core/formats/format.ts';
import { openReader } from '../../core/formats/registry.ts';
import { MAX_PLACED, RowKernel } from '../../core/formats/row-kernel.ts';
import type { KernelMemory } from '../../core/kernels/kernel.ts';
import { AuditRanker } from '../../core/records/audit.ts';
import type { NewRecord, NewRecords } from '../../store/store.ts';
import { Occurrences } from './occurrences.ts';
import { PartTaker } from './part.ts';

const HASH_BYTES = 16;

export interface IntakeOptions {
  readonly layout: FileLayout;
  /** The project's, 32 hex digits. */
  readonly salt: string;
  /** The audit rank of all records instead of what their texts give. */
  readonly fixedRank: number | undefined;
  readonly onRecords: (count: number) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Where records go: into the index, or to the thread that keeps it. */
export interface RecordTarget {
  /** Where the texts and ids of `addRecords` lie. */
  readonly memory: KernelMemory;
  addText(text: string, record: NewRecord): void;
  addRecords(records: NewRecords): void;
}

export class Intake {
  /** Takes what another thread has read. */
  readonly parts: PartTaker;
  readonly #target: RecordTarget;
  readonly #rows: RowKernel;
  readonly #ranker: AuditRanker;
  /** What is worked out of the records being added; the target copies it. */
  readonly #hashesAt: number;
  readonly #hashes: Uint8Array;
  readonly #ns = new Uint32Array(MAX_PLACED);
  readonly #auditRanks = new Uint32Array(MAX_PLACED);
  readonly #occurrences: Occurrences;
  #fixedRank: number | undefined;

  /** It lives as long as the target, whose memory it uses. */
  constructor(target: RecordTarget) {
    this.#target = target;
    this.parts = new PartTaker(target);
    const { memory } = target;
    this.#rows = new RowKernel(memory);
    this.#ranker = new AuditRanker(memory);
    this.#hashesAt = memory.allocate(HASH_BYTES * MAX_PLACED);
    this.#hashes = memory.bytes(this.#hashesAt, HASH_BYTES * MAX_PLACED);
    this.#occurrences = new Occurrences(memory.u32(this.#hashesAt, (HASH_BYTES / 4) * MAX_PLACED));
  }

  /** A reader whose records go to the target. One at a time. */
  open({ layout, salt, fixedRank, onRecords, onProblem }: IntakeOptions): FormatReader {
    this.#ranker.use(salt);
    this.#occurrences.startFile();
    this.#fixedRank = fixedRank;
    return openReader(layout, {
      record: (record) => {
        this.#add(record);
        onRecords(1);
      },
      problem: onProblem,
      placed: {
        rows: this.#rows,
        records: (records) => {
          this.#addAll(records);
          onRecords(records.count);
        },
      },
    });
  }

  #add({ text, offset, length, line, id }: ReadRecord): void {
    this.#workOut(0, text);
    this.#target.addText(text, {
      offset,
      length,
      line,
      id,
      hash: this.#hashes.subarray(0, HASH_BYTES),
      n: this.#ns[0]!,
      auditRank: this.#auditRanks[0]!,
    });
  }

  #addAll(records: PlacedRecords): void {
    const { memory } = this.#target;
    const { count, texts, textLengths } = records;
    for (let i = 0; i < count; i++) this.#workOut(i, memory.bytes(texts[i]!, textLengths[i]!));
    this.#target.addRecords({
      ...records,
      hashes: this.#hashes,
      ns: this.#ns,
      auditRanks: this.#auditRanks,
    });
  }

  /** The hash of a text, how often it was there, and its audit rank, each in its column at this place. */
  #workOut(at: number, text: string | Uint8Array): void {
    // As a string of one character a byte: faster than a Buffer.
    const digest = hash('sha256', text, 'binary');
    const start = HASH_BYTES * at;
    for (let i = 0; i < HASH_BYTES; i++) this.#hashes[start + i] = digest.charCodeAt(i);
    this.#ns[at] = this.#occurrences.next(at);
    this.#auditRanks[at] = this.#fixedRank ?? this.#ranker.rank(this.#hashesAt + start);
  }
}
