/** Reads bytes through a format's reader as the indexer does, and checks what must hold for every reader. */
import assert from 'node:assert/strict';
import type { FileLayout, PlacedRecords, Problem, ReadRecord } from '../../src/core/formats/format.ts';
import { openReader, readRecordAt } from '../../src/core/formats/registry.ts';
import { RowKernel } from '../../src/core/formats/row-kernel.ts';
import { KernelMemory } from '../../src/core/kernels/kernel.ts';

export interface Reading {
  readonly records: readonly ReadRecord[];
  readonly problems: readonly Problem[];
}

const rows = new RowKernel(new KernelMemory());
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * @param cuts how many bytes each chunk but the last has
 * @param fast whether records are read by the kernel where they can
 */
export function read(
  layout: FileLayout,
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  fast = false,
): Reading {
  const records: ReadRecord[] = [];
  const problems: Problem[] = [];
  const reader = openReader(layout, {
    record: (record) => void records.push(record),
    problem: (problem) => void problems.push(problem),
    ...(fast ? { placed: { rows, records: (placed) => void records.push(...asStrings(placed)) } } : {}),
  });
  let from = 0;
  for (const cut of cuts) {
    // A chunk's buffer may be used again after the call.
    const chunk = Uint8Array.from(bytes.subarray(from, from + cut));
    reader.push(chunk);
    chunk.fill(0x22);
    from += cut;
  }
  reader.push(bytes.subarray(from));
  reader.end();
  return { records, problems };
}

/** Reads, and holds the result against the promises of `FormatReader`. */
export function readChecked(layout: FileLayout, bytes: Uint8Array): Reading {
  const reading = read(layout, bytes);
  const { records, problems } = reading;
  for (const record of records) {
    const slice = bytes.subarray(record.offset, record.offset + record.length);
    const content = readRecordAt(slice, layout);
    assert.equal(content?.text, record.text, 'a record read again has the same text');
    assert.equal(content?.id, record.id, 'a record read again has the same id');
    assert.equal(record.line, lineOf(bytes, record.offset), 'a record says its line');
    assert.ok(record.text.isWellFormed());
  }
  for (const problem of problems) {
    assert.match(problem.code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(problem.message, /^[A-Z].*\.$/s);
    assert.ok(problem.offset >= 0 && problem.offset <= bytes.length, 'a problem is in the file');
    assert.equal(problem.line, lineOf(bytes, problem.offset), 'a problem says its line');
    assert.ok(problem.column >= 1);
  }
  const bits = new Array<number>(bytes.length < 3000 ? bytes.length : 7).fill(1);
  assert.deepEqual(read(layout, bytes, bits), reading);
  assert.deepEqual(read(layout, bytes, [], true), reading, 'the kernel reads the same');
  assert.deepEqual(read(layout, bytes, bits, true), reading, 'the kernel reads the same bit by bit');
  return reading;
}

/** Records that were given by their places. */
function asStrings(placed: PlacedRecords): ReadRecord[] {
  const string = (address: number, length: number) => decoder.decode(rows.memory.bytes(address, length));
  return Array.from({ length: placed.count }, (_, i) => ({
    text: string(placed.texts[i]!, placed.textLengths[i]!),
    ...(placed.ids[i] === 0 ? {} : { id: string(placed.ids[i]!, placed.idLengths[i]!) }),
    offset: placed.offsets[i]!,
    length: placed.lengths[i]!,
    line: placed.lines[i]!,
  }));
}

export function textsOf({ records }: Reading): string[] {
  return records.map(({ text }) => text);
}

export function codesOf({ problems }: Reading): string[] {
  return problems.map(({ code }) => code);
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) {
    if (bytes[i] === 0x0a || (bytes[i] === 0x0d && bytes[i + 1] !== 0x0a)) line++;
  }
  return line;
}
