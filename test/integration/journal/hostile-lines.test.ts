import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JournalEvent, Op } from '../../../src/core/records/event.ts';
import { Fold } from '../../../src/core/records/fold.ts';
import { readJournalFile } from '../../../src/journal/file-reader.ts';
import { isProblem, LineReader, lineOf } from '../../../src/journal/line.ts';

const event: JournalEvent = {
  v: 1,
  id: '01a1f9c2-7f04-719a-ab69-3fed743d3269',
  lam: 5,
  at: '2026-11-20T16:20:35.716Z',
  by: 'ann',
  op: 'label',
  rec: { hash: 'a'.repeat(32), id: '7', src: 'data/a.jsonl', line: 3, n: 0 },
  labels: ['L1', 'L2'],
  why: {
    purpose: 'train',
    strategy: 'margin',
    utility: 0.5,
    model: 3,
    guess: 'L1',
    p: 0.25,
    shown: true,
    ms: 900,
  },
};

test('every event is read back as it was written', () => {
  const ops: Op[] = ['label', 'clear', 'skip', 'unsure', 'flag', 'unflag', 'note', 'confirm', 'undo'];
  const some = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
  const events = fc
    .record({
      op: fc.constantFrom(...ops),
      by: some,
      src: some,
      id: fc.option(some, { nil: undefined }),
      text: some,
      lam: fc.nat(),
    })
    .map(({ op, by, src, id, text, lam }): JournalEvent => {
      const { why: _why, labels: _labels, rec: _rec, ...rest } = event;
      if (op === 'undo') return { ...rest, lam, by, op, of: event.id };
      const rec = { ...event.rec!, src };
      const { id: _id, ...withoutId } = rec;
      return {
        ...rest,
        lam,
        by,
        op,
        rec: id === undefined ? withoutId : { ...rec, id },
        ...(op === 'label' && { labels: [text], why: event.why! }),
        ...(op === 'note' && { text }),
      };
    });
  fc.assert(
    fc.property(events, (event) => {
      const line = lineOf(event);
      assert.equal(line.indexOf('\n'), line.length - 1);
      assert.deepEqual(new LineReader().read(line.trimEnd()), event);
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

test('any JSON at all is an event that can be folded, or a problem; never an error', () => {
  const reader = new LineReader();
  const fields = Object.keys(event);
  const mutated = fc
    .tuple(
      fc.constantFrom(...fields, 'of', 'text'),
      fc.oneof(fc.jsonValue(), fc.constant({ ...event.rec, n: -1 })),
    )
    .map(([field, value]) => JSON.stringify({ ...event, [field]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.json(), mutated, mutated, fc.string({ unit: 'binary' })), (line) => {
      const read = reader.read(line);
      if (isProblem(read)) return;
      const fold = new Fold();
      fold.add([read]);
      fold.undoable(read.by);
      fold.redoable(read.by);
      if (read.rec) assert.notEqual(fold.groupsOfHash(read.rec.hash).length, 0);
      assert.ok(lineOf(read).length > 0);
    }),
    { numRuns: 50_000, seed: 1 },
  );
});

test('one damaged byte costs at most the lines it is in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-flip-'));
  try {
    const path = join(folder, 'a.jsonl');
    const events = Array.from({ length: 5 }, (_, number) => ({
      ...event,
      id: event.id.slice(0, -1) + number,
      lam: number,
    }));
    const bytes = Buffer.from(events.map(lineOf).join(''));
    const lengths = events.map((event) => lineOf(event).length);
    let line = 0;
    for (let at = 0, end = lengths[0]!; at < bytes.length; at++) {
      if (at >= end) end += lengths[++line]!;
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      const found = new Set<string>();
      const reading = await readJournalFile(path, undefined, new LineReader(), (read) => {
        for (const one of read) found.add(lineOf(one));
      });
      assert.equal(reading.kind, 'grown');
      for (const [number, one] of events.entries()) {
        // A damaged line end joins two lines.
        const near = number === line || (at === end - 1 && number === line + 1);
        if (!near) assert.ok(found.has(lineOf(one)), `byte ${at} of line ${line} cost line ${number}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
