/** Records that are given by their places in memory are kept as those that are given one by one: kernels/records.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_PLACED } from '../../../src/core/formats/row-kernel.ts';
import { KernelMemory } from '../../../src/core/kernels/kernel.ts';
import { idKey, placedIdKeys } from '../../../src/store/lookup.ts';
import { MAX_SEGMENT_ROWS, SegmentBuilder } from '../../../src/store/segment.ts';

const ID_ROOM = 1 << 10;

const memory = new KernelMemory();
const idsAt = memory.allocate(4 * MAX_PLACED);
const lengthsAt = memory.allocate(4 * MAX_PLACED);
const idAt = memory.allocate(MAX_PLACED * ID_ROOM);

const id = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.nat().map(String),
  fc.string({
    unit: fc.integer({ max: 0x5d, min: 0 }).map((code) => String.fromCharCode(code)),
    maxLength: 20,
  }),
  fc.constantFrom('', 'é', '漢', '😀', '\u007f'),
);

/** Puts ids into the memory; those that are undefined lie at 0. */
function placeIds(ids: readonly (string | undefined)[]): { ids: Uint32Array; idLengths: Uint32Array } {
  const places = memory.u32(idsAt, ids.length);
  const idLengths = memory.u32(lengthsAt, ids.length);
  ids.forEach((text, i) => {
    places[i] = text === undefined ? 0 : idAt + i * ID_ROOM;
    idLengths[i] = Buffer.from(text ?? '').copy(memory.bytes(idAt + i * ID_ROOM, ID_ROOM));
  });
  return { ids: places, idLengths };
}

test('an id in UTF-8 has the key of the same id as a string', () => {
  const keyAt = placedIdKeys(memory);
  fc.assert(
    fc.property(id, (text) => {
      const { ids, idLengths } = placeIds([text]);
      assert.equal(keyAt(ids[0]!, idLengths[0]!), idKey(text));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('a segment of records added together is that of the same records added one by one', () => {
  const batches = fc.array(fc.array(fc.option(id, { nil: undefined }), { minLength: 1, maxLength: 40 }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(batches, fc.boolean(), (some, hasIds) => {
      const together = new SegmentBuilder(memory);
      const single = new SegmentBuilder(memory);
      const value = (row: number, column: number) => Math.imul(row + 1, 0x9e3779b1 + column) >>> 0;
      let row = 0;
      for (const batch of some) {
        if (together.isFull) break;
        const own = hasIds ? batch : batch.map(() => undefined);
        const column = (which: number) => Uint32Array.from(own, (_, i) => value(row + i, which));
        const records = {
          ...placeIds(own),
          count: own.length,
          texts: column(0),
          textLengths: column(0),
          offsets: Float64Array.from(column(1)),
          lengths: column(2),
          lines: column(3),
          ns: column(4),
          auditRanks: column(5),
          hashes: Uint8Array.from({ length: 16 * own.length }, (_, i) => value(row, i)),
        };
        const added = together.addSome(row, records, 0);
        assert.equal(added, Math.min(own.length, MAX_SEGMENT_ROWS - single.rowCount));
        for (let i = 0; i < added; i++) {
          single.add(row + i, {
            offset: records.offsets[i]!,
            length: records.lengths[i]!,
            line: records.lines[i]!,
            n: records.ns[i]!,
            auditRank: records.auditRanks[i]!,
            hash: records.hashes.subarray(16 * i, 16 * i + 16),
            id: own[i],
          });
        }
        row += added;
      }
      assert.deepEqual(together.take(), single.take());
    }),
    { numRuns: 500, seed: 1 },
  );
});
