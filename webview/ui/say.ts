/**
 * Says a page's sentences in the language of VS Code. English is in the code; the HTML around the page brings the words
 * of another language along, if there are any (src/extension/page-words.ts).
 */
import { WORDS_NAME } from '../../src/protocol/words.ts';

type Said = string | number;

const placeholders = /\{(\d+)\}/g;

const words = wordsOfPage();

/** How numbers are written. A bundle translates this like a sentence. */
export const locale = say('en-US');

/** @param message the English sentence, a literal, so that it can be found; `{0}`, `{1}` … are the other arguments */
export function say(message: string, ...args: readonly Said[]): string {
  return (words?.[message] ?? message).replace(placeholders, (whole, place: string) =>
    String(args[Number(place)] ?? whole),
  );
}

/** A sentence whose form goes with a number, which is its `{0}`. */
export function sayOf(value: number, one: string, other: string, ...args: readonly Said[]): string {
  return say(value === 1 ? one : other, new Intl.NumberFormat(locale).format(value), ...args);
}

/** A sentence with parts of a page in it, for a template. */
export function sayWith(message: string, ...parts: readonly unknown[]): readonly unknown[] {
  return (words?.[message] ?? message)
    .split(placeholders)
    .map((part, at) => (at % 2 === 0 ? part : parts[Number(part)]));
}

/** Undefined for English, and where there is no page. */
function wordsOfPage(): Readonly<Record<string, string>> | undefined {
  if (typeof document === 'undefined') return undefined;
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${WORDS_NAME}"]`)?.content;
  return content === undefined ? undefined : JSON.parse(content);
}
