/**
 * What one thread reads of a file for another: some records, and what is wrong between them. It lies in memory that both
 * threads see, and is good until the part after the next is asked for.
 */
import type { Problem } from '../../core/formats/format.ts';
import { KernelMemory, loadKernel } from '../../core/kernels/kernel.ts';
import recordsKernel from '../../core/kernels/records.wasm.ts';
import { Room } from '../../core/kernels/room.ts';
import type { NewRecord, NewRecords } from '../../store/store.ts';
import type { RecordTarget } from './intake.ts';

const HASH_BYTES = 16;
const NO_ID = 0xffffffff;
const FEWEST_ROWS = 1 << 12;

/** Columns have a value a record. */
export interface Part {
  readonly count: number;
  /** Texts and ids in UTF-8, one after the other: text, id, text, id… */
  readonly bytes: Uint8Array;
  readonly textLengths: Uint32Array;
  /** 2³² − 1: none. */
  readonly idLengths: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly lines: Uint32Array;
  /** 16 bytes each. */
  readonly hashes: Uint8Array;
  readonly ns: Uint32Array;
  readonly auditRanks: Uint32Array;
  readonly problems: readonly Problem[];
}

const encoder = new TextEncoder();

/** Collects the records of a part, in two places in turn: one part is filled while the one before it is used. */
export class PartBuilder implements RecordTarget {
  readonly memory = new KernelMemory();
  readonly #kernel = loadKernel<GatherKernel>(recordsKernel, this.memory.memory);
  readonly #drafts = [new Draft(this.memory), new Draft(this.memory)] as const;
  #turn: 0 | 1 = 0;
  #problems: Problem[] = [];

  addText(text: string, record: NewRecord): void {
    const draft = this.#drafts[this.#turn];
    const { id } = record;
    const at = draft.addRows(1);
    const { columns } = draft;
    columns.textLengths[at] = this.#addString(text);
    columns.idLengths[at] = id === undefined ? NO_ID : this.#addString(id);
    columns.offsets[at] = record.offset;
    columns.lengths[at] = record.length;
    columns.lines[at] = record.line;
    columns.hashes.set(record.hash, at * HASH_BYTES);
    columns.ns[at] = record.n;
    columns.auditRanks[at] = record.auditRank;
  }

  addRecords(records: NewRecords): void {
    const draft = this.#drafts[this.#turn];
    const { count, texts, textLengths, ids, idLengths } = records;
    const at = draft.addRows(count);
    const { columns } = draft;
    let bytes = 0;
    for (let i = 0; i < count; i++) {
      columns.textLengths[at + i] = textLengths[i]!;
      columns.idLengths[at + i] = ids[i] === 0 ? NO_ID : idLengths[i]!;
      bytes += textLengths[i]! + (ids[i] === 0 ? 0 : idLengths[i]!);
    }
    this.#kernel.gather(
      texts.byteOffset,
      textLengths.byteOffset,
      ids.byteOffset,
      idLengths.byteOffset,
      count,
      draft.roomFor(bytes),
    );
    draft.byteCount += bytes;
    columns.offsets.set(records.offsets.subarray(0, count), at);
    columns.lengths.set(records.lengths.subarray(0, count), at);
    columns.lines.set(records.lines.subarray(0, count), at);
    columns.hashes.set(records.hashes.subarray(0, count * HASH_BYTES), at * HASH_BYTES);
    columns.ns.set(records.ns.subarray(0, count), at);
    columns.auditRanks.set(records.auditRanks.subarray(0, count), at);
  }

  addProblem(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** What was added since the last time. */
  take(): Part {
    const part = { ...this.#drafts[this.#turn].filled(), problems: this.#problems };
    this.clear();
    return part;
  }

  /** Forgets what was added since the last time. */
  clear(): void {
    this.#turn = this.#turn === 0 ? 1 : 0;
    this.#drafts[this.#turn].clear();
    this.#problems = [];
  }

  /** @returns its length in UTF-8 */
  #addString(text: string): number {
    const draft = this.#drafts[this.#turn];
    const room = 3 * text.length;
    const { written } = encoder.encodeInto(text, this.memory.bytes(draft.roomFor(room), room));
    draft.byteCount += written;
    return written;
  }
}

/** Adds parts to an index. */
export class PartTaker {
  readonly #target: RecordTarget;
  readonly #room: Room;

  /** It lives as long as the target, whose memory it uses. */
  constructor(target: RecordTarget) {
    this.#target = target;
    this.#room = new Room(target.memory);
  }

  add(part: Part): void {
    const { memory } = this.#target;
    const { count, bytes, textLengths } = part;
    if (count === 0) return;
    const bytesAt = this.#room.of('bytes', bytes.length);
    memory.bytes(bytesAt, bytes.length).set(bytes);
    const column = (name: string) => memory.u32(this.#room.of(name, 4 * count), count);
    const [texts, ids, idLengths] = [column('texts'), column('ids'), column('idLengths')];
    let at = bytesAt;
    for (let i = 0; i < count; i++) {
      const idLength = part.idLengths[i]!;
      texts[i] = at;
      at += textLengths[i]!;
      ids[i] = idLength === NO_ID ? 0 : at;
      idLengths[i] = idLength === NO_ID ? 0 : idLength;
      at += idLengths[i]!;
    }
    this.#target.addRecords({ ...part, texts, ids, idLengths });
  }
}

/** What of kernels/records.ts is used here. */
interface GatherKernel {
  gather(
    texts: number,
    textLengths: number,
    ids: number,
    idLengths: number,
    count: number,
    target: number,
  ): number;
}

/** A part being filled. Its rooms only ever grow: a part is about as large as the one before. */
class Draft {
  byteCount = 0;
  columns: Columns;
  readonly #memory: KernelMemory;
  #count = 0;
  #rows = FEWEST_ROWS;
  #bytesAt = 0;
  #byteRoom = 0;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.columns = makeColumns(memory, this.#rows);
  }

  clear(): void {
    this.#count = 0;
    this.byteCount = 0;
  }

  /** The place in the columns of the first of so many more records. */
  addRows(count: number): number {
    const at = this.#count;
    this.#count += count;
    if (this.#count > this.#rows) {
      const { columns } = this;
      this.#rows = 2 * this.#count;
      this.columns = makeColumns(this.#memory, this.#rows);
      for (const name of COLUMN_NAMES) this.columns[name].set(columns[name]);
    }
    return at;
  }

  /** Where so many more bytes may be written. */
  roomFor(bytes: number): number {
    if (this.byteCount + bytes > this.#byteRoom) {
      this.#byteRoom = 2 * (this.byteCount + bytes);
      const bytesAt = this.#memory.allocate(this.#byteRoom);
      this.#memory.bytes(bytesAt, this.byteCount).set(this.#memory.bytes(this.#bytesAt, this.byteCount));
      this.#bytesAt = bytesAt;
    }
    return this.#bytesAt + this.byteCount;
  }

  filled(): Omit<Part, 'problems'> {
    const { columns } = this;
    const count = this.#count;
    return {
      count,
      bytes: this.#memory.bytes(this.#bytesAt, this.byteCount),
      textLengths: columns.textLengths.subarray(0, count),
      idLengths: columns.idLengths.subarray(0, count),
      offsets: columns.offsets.subarray(0, count),
      lengths: columns.lengths.subarray(0, count),
      lines: columns.lines.subarray(0, count),
      hashes: columns.hashes.subarray(0, count * HASH_BYTES),
      ns: columns.ns.subarray(0, count),
      auditRanks: columns.auditRanks.subarray(0, count),
    };
  }
}

type Columns = ReturnType<typeof makeColumns>;

const COLUMN_NAMES = [
  'textLengths',
  'idLengths',
  'offsets',
  'lengths',
  'lines',
  'hashes',
  'ns',
  'auditRanks',
] as const;

function makeColumns(memory: KernelMemory, rows: number) {
  const column = () => memory.u32(memory.allocate(4 * rows), rows);
  return {
    textLengths: column(),
    idLengths: column(),
    offsets: memory.f64(memory.allocate(8 * rows), rows),
    lengths: column(),
    lines: column(),
    hashes: memory.bytes(memory.allocate(HASH_BYTES * rows), HASH_BYTES * rows),
    ns: column(),
    auditRanks: column(),
  };
}
