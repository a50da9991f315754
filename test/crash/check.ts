/** What must be true of a folder after anything: nothing acknowledged is gone, nothing written is changed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Journal } from '../../src/journal/journal.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { hashNumber } from './records.ts';
import type { Place } from './run.ts';

/** The bytes of every journal file. */
export type Bytes = Map<string, Buffer>;

export function journalBytes(place: Place): Bytes {
  if (!existsSync(place.labels)) return new Map();
  const names = readdirSync(place.labels).filter((name) => name.endsWith('.jsonl'));
  return new Map(names.map((name) => [name, readFileSync(join(place.labels, name))]));
}

/** Files only ever grow: what was in them is still at their beginning. */
export function changedBytes(before: Bytes, after: Bytes): string[] {
  return [...before].flatMap(([name, bytes]) => {
    const now = after.get(name);
    return now?.subarray(0, bytes.length).equals(bytes) ? [] : [`${name} no longer begins with what it held`];
  });
}

/** The acknowledged events that reading does not find. */
export async function lostEvents(place: Place, acked: Iterable<string>): Promise<string[]> {
  const { journal, events } = await Journal.open(place.folder, { annotator: 'ann' });
  await journal.close();
  const found = new Set(events.map(({ id }) => id));
  return [...acked].filter((id) => !found.has(id)).map((id) => `${id} was acknowledged and is not there`);
}

/** Labels once more in the folder as it was left, and checks that the old and the new are both there. */
export async function violationsAfterGoingOn(place: Place, acked: readonly string[]): Promise<string[]> {
  const before = journalBytes(place);
  const lost = await lostEvents(place, acked);
  const { journal } = await Journal.open(place.folder, { annotator: 'ann' });
  const rec = { hash: hashNumber(999_999), src: 'data/records.jsonl', line: 1, n: 0 };
  const event = journal.stamp({ op: 'label', rec, labels: ['L2'] });
  await journal.append([event]);
  await journal.close();
  const report = await verifyJournal(place.folder);
  // Torn lines stay where they are, torn: in the middle of a file, or at the end of one that was given up.
  // After a power cut some of their sectors may be missing or zero as well.
  const expected = ['torn-line', 'json-syntax', 'utf8-invalid', 'torn-tail'];
  const unexpected = report.problems.filter(({ code }) => !expected.includes(code));
  return [
    ...lost,
    ...(await lostEvents(place, [...acked, event.id])),
    ...changedBytes(before, journalBytes(place)),
    ...unexpected.map(({ file, line, code }) => `${file}:${line} ${code}`),
  ];
}
