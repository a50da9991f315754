/**
 * Records with several labels, made of records with one: one, two or three texts joined, with the labels of all; the
 * last label in order is left out, so that some records have none. There is no set of real ones at hand.
 */
import { readFileSync } from 'node:fs';
import { Random } from '../../src/core/random.ts';
import type { AnsweredRecords } from '../../src/engine/simulate/records.ts';

export { sharedFile, skipUnlessShared } from './shared.ts';

/** @param path JSONL with `text` and `label` */
export function joinedRecords(path: string, count: number, seed: number): AnsweredRecords {
  const records = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; label: string | number })
    .filter(({ text }) => text.trim() !== '');
  const unsaid = [...new Set(records.map(({ label }) => String(label)))].sort().at(-1);
  const random = new Random(seed);
  const joined = Array.from({ length: count }, () => {
    const share = random.uniform();
    const parts = Array.from(
      { length: share < 0.4 ? 1 : share < 0.85 ? 2 : 3 },
      () => records[random.below(records.length)]!,
    );
    const labels = new Set(parts.map(({ label }) => String(label)).filter((label) => label !== unsaid));
    return { text: parts.map(({ text }) => text).join('\n'), labels: JSON.stringify([...labels].sort()) };
  });
  return {
    texts: joined.map(({ text }) => text),
    labels: joined.map(({ labels }) => labels),
    multiLabel: true,
  };
}
