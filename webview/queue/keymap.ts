/**
 * Which key answers with which label, and which few other keys the page handles itself.
 *
 * The page takes label keys, Enter, Shift+Enter, `/` and Escape, and stops them before VS Code sees them, so that
 * no key is ever handled twice. Every other key belongs to contributed commands, which people can rebind.
 *
 * Digits go by the key's position (`event.code`), so they work where digits need Shift (AZERTY); a label's own
 * key goes by the character (`event.key`). Where `/` itself needs Shift and a digit (German: Shift+7), it opens
 * the finder, and the seventeenth label is reached by the finder alone.
 */
import type { CardLabel } from '../../src/protocol/queue.ts';

/** The parts of a KeyboardEvent that decide. */
export type Key = Pick<
  KeyboardEvent,
  'key' | 'code' | 'keyCode' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing'
>;

export type KeyMeaning =
  | { readonly act: 'label'; readonly id: string }
  | { readonly act: 'acceptGuess' }
  /** Saves the labels that were put on the card, where a record can have several. */
  | { readonly act: 'submit' }
  | { readonly act: 'unfold' }
  | { readonly act: 'find' }
  | { readonly act: 'escape' }
  /** A label key held down: it labels one record only, and is nobody else's. */
  | { readonly act: 'nothing' };

/** What a key means while the card has the focus; undefined leaves it to VS Code. */
export function meaningOf(
  key: Key,
  labels: readonly CardLabel[],
  { multiLabel }: { readonly multiLabel: boolean },
): KeyMeaning | undefined {
  // 229 is what Chromium reports for a key that an input method consumes before composition starts.
  if (key.isComposing || key.keyCode === 229 || key.ctrlKey || key.altKey || key.metaKey) return undefined;
  const label = labelOf(key, labels);
  const meaning = label ? ({ act: 'label', id: label.id } as const) : ownMeaning(key, multiLabel);
  return meaning && key.repeat ? { act: 'nothing' } : meaning;
}

/** The key cap of every label: its own key, or `⇧1` … `⇧0` for the first ten without one. */
export function keyCaps(labels: readonly CardLabel[]): ReadonlyMap<string, string> {
  const caps = new Map<string, string>();
  let bank = 0;
  for (const label of labels) {
    if (label.key !== undefined) caps.set(label.id, label.key);
    else if (bank < 10) caps.set(label.id, `⇧${++bank % 10}`);
  }
  return caps;
}

function labelOf(key: Key, labels: readonly CardLabel[]): CardLabel | undefined {
  const digit = digitOf(key);
  const typed = /^[0-9]$/.test(key.key) && digit !== undefined ? undefined : key.key;
  if (typed?.length === 1 || (typed && [...typed].length === 1)) {
    const own =
      labels.find((label) => label.key === typed) ??
      // Caps Lock should not silence a label, as long as nothing else has the capital.
      labels.find((label) => label.key?.toLowerCase() === typed.toLowerCase());
    if (own) return own;
    if (typed === '/') return undefined;
  }
  if (digit === undefined) return undefined;
  if (!key.shiftKey) return labels.find((label) => label.key === digit);
  return labels.filter((label) => label.key === undefined).slice(0, 10)[(Number(digit) + 9) % 10];
}

/** `Digit1` and `Numpad1` → `1`. A numpad with Num Lock off sends other keys (`End`), and is left alone. */
function digitOf(key: Key): string | undefined {
  const place = /^(Digit|Numpad)([0-9])$/.exec(key.code);
  if (!place) return undefined;
  if (place[1] === 'Numpad' && !/^[0-9]$/.test(key.key)) return undefined;
  return place[2];
}

function ownMeaning(key: Key, multiLabel: boolean): KeyMeaning | undefined {
  switch (key.key) {
    case 'Enter':
      return { act: key.shiftKey ? 'unfold' : multiLabel ? 'submit' : 'acceptGuess' };
    case '/':
      return { act: 'find' };
    case 'Escape':
      return key.shiftKey ? undefined : { act: 'escape' };
    default:
      return undefined;
  }
}
