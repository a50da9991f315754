/** Random journals for the property tests of this folder: few annotators, records and labels, so that they collide. */
import fc from 'fast-check';
import type { JournalEvent, Op } from '../../../src/core/records/event.ts';
import type { RecordRef } from '../../../src/core/records/record.ts';

/** Nothing, one label or two: a record may have several. */
function setOf(label: string, also: string): string[] {
  if (also === 'none') return [];
  return also === 'alone' ? [label] : [label, also];
}

export function hashOf(letter: string): string {
  return letter.repeat(32);
}

export function ref(letter: string, more: Partial<RecordRef> = {}): RecordRef {
  return { hash: hashOf(letter), src: 'a.jsonl', line: 1, n: 0, ...more };
}

/** The id of the event with this number: numbers and ids have the same order. */
export function eventId(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function event(number: number, more: Partial<JournalEvent> & { op: Op }): JournalEvent {
  return { v: 1, id: eventId(number), lam: number, at: '2026-01-01T00:00:00.000Z', by: 'ann', ...more };
}

const ops: Op[] = [
  'label',
  'label',
  'label',
  'clear',
  'skip',
  'unsure',
  'flag',
  'unflag',
  'note',
  'confirm',
  'undo',
  'undo',
];

/** Events with counters that tie, ids that repeat with other content, and undos of anything, themselves included. */
export const journals: fc.Arbitrary<JournalEvent[]> = fc.array(
  fc
    .record({
      number: fc.integer({ min: 0, max: 30 }),
      lam: fc.integer({ min: 0, max: 12 }),
      by: fc.constantFrom('ann', 'bob'),
      op: fc.constantFrom(...ops),
      of: fc.integer({ min: 0, max: 30 }),
      letter: fc.constantFrom('a', 'b', 'c'),
      id: fc.constantFrom(undefined, '1', '2'),
      n: fc.integer({ min: 0, max: 1 }),
      label: fc.constantFrom('L1', 'L2'),
      also: fc.constantFrom('none', 'alone', 'L3'),
      review: fc.boolean(),
    })
    .map(({ number, lam, by, op, of, letter, id, n, label, also, review }) =>
      event(number, {
        lam,
        by,
        op,
        ...(op === 'undo' ? { of: eventId(of) } : { rec: ref(letter, { n, ...(id && { id }) }) }),
        ...(op === 'label' && { labels: setOf(label, also), ...(review && { why: { purpose: 'review' } }) }),
        ...(op === 'note' && { text: label }),
      }),
    ),
  { maxLength: 40, size: '+1' },
);
