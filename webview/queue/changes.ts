/** What has changed in a text since it was answered, word by word. Pure. */
import { diffWordsWithSpace } from 'diff';

export interface Change {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Two texts with more differences than this have little in common: then one is shown after the other. */
const MOST_CHANGES = 500;

/** In reading order; what was removed stands before what came in its place. */
export function changesOf(before: string, now: string): Change[] {
  const parts = diffWordsWithSpace(before, now, { maxEditLength: MOST_CHANGES });
  if (!parts)
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: now },
    ];
  return parts.map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}
