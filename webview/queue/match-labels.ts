/** Which labels a typed filter means, best first. */
import type { CardLabel } from '../../src/protocol/queue.ts';

/** Names that start with the filter, then those with a word that does, then those that contain it. */
export function matchLabels(labels: readonly CardLabel[], filter: string): readonly CardLabel[] {
  const wanted = plain(filter.trim());
  if (wanted === '') return labels;
  const ranked = labels.map((label) => ({ label, rank: rankOf(plain(label.name), wanted) }));
  return ranked
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ label }) => label);
}

function rankOf(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  const place = name.indexOf(wanted);
  if (place === -1) return 3;
  return startsWord(name, wanted) ? 1 : 2;
}

function startsWord(name: string, wanted: string): boolean {
  for (let place = name.indexOf(wanted); place !== -1; place = name.indexOf(wanted, place + 1)) {
    if (place === 0 || /[^\p{L}\p{N}]/u.test(name.charAt(place - 1))) return true;
  }
  return false;
}

/** Without case and accents: `Größe` is found by `grosse`'s first letters `gro`. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
