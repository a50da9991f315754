/**
 * Says sentences in the language of whoever reads them. English is in the code; other languages come as a bundle.
 *
 * It holds the one dictionary of a process, which is no state that anything is decided by: a shell that shows sentences
 * calls `speak` before it opens an engine. The command line never does, nor do worker threads: what they say is said
 * again where it is shown. Journals, exports and the index hold no translated sentence.
 */

/** English sentences with `{0}`, `{1}` … for what differs, and the same in another language. */
export type Dictionary = Readonly<Record<string, string>>;

const KEPT = '/kept';

let dictionary: Dictionary | undefined;
/** The dictionary turned round. Made once: only kept sentences need it, which are few. */
let patterns: readonly Pattern[] | undefined;

/** @param bundle undefined for English */
export function speak(bundle: Dictionary | undefined): void {
  dictionary = bundle;
  patterns = undefined;
}

/** @param message the English sentence, a literal, so that it can be found; one without translation stays English */
export function say(message: string, ...args: readonly (string | number)[]): string {
  return fill(dictionary?.[message] ?? message, args);
}

/** A sentence whose form goes with a number, which is its `{0}`. */
export function sayOf(
  value: number,
  one: string,
  other: string,
  ...args: readonly (string | number)[]
): string {
  return say(value === 1 ? one : other, count(value), ...args);
}

/**
 * Says again, in the person's language, a sentence that was made in English with its placeholders filled: of an error,
 * which the log has too, or of the index, which the command line reads too. Bundles hold such sentences with `/kept`
 * at their end, so that nothing else is taken for one.
 */
export function sayAgain(english: string): string {
  if (!dictionary) return english;
  const known = dictionary[english + KEPT];
  if (known !== undefined) return known;
  patterns ??= patternsOf(dictionary);
  for (const { pattern, order, words } of patterns) {
    const match = pattern.exec(english);
    if (!match) continue;
    const args: string[] = [];
    // What is wrong, or with what, may be a sentence or phrase itself.
    for (const [at, place] of order.entries()) args[place] = sayAgain(match[at + 1]!);
    return fill(words, args);
  }
  const sentences = english.split(/(?<=\.) (?=["\p{Lu}])/u);
  return sentences.length > 1 ? sentences.map(sayAgain).join(' ') : english;
}

/** `1234` → `1,234`. */
export function count(value: number): string {
  return formatOf(undefined).format(value);
}

/** `0.5, 3` → `0.500`. */
export function decimal(value: number, digits: number): string {
  return formatOf(digits).format(value);
}

/** A share in [0, 1] as a percentage: `0.834` → `83 %`. */
export function percent(share: number, digits = 0): string {
  return `${decimal(share * 100, digits)} %`;
}

/** Kept, because to make one takes far longer than to use it. By locale and digits. */
const formats = new Map<string, Intl.NumberFormat>();

/** How numbers are written. A bundle translates the locale like a sentence. @param digits undefined for counts */
function formatOf(digits: number | undefined): Intl.NumberFormat {
  const locale = say('en-US');
  const key = `${locale} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    const options =
      digits === undefined
        ? {}
        : { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

function fill(words: string, args: readonly (string | number)[]): string {
  return words.replace(/\{(\d+)\}/g, (whole, place: string) => {
    const value = args[Number(place)];
    return value === undefined ? whole : String(value);
  });
}

interface Pattern {
  readonly pattern: RegExp;
  /** Which placeholder each group of the pattern is. */
  readonly order: readonly number[];
  readonly words: string;
}

function patternsOf(bundle: Dictionary): Pattern[] {
  return Object.entries(bundle)
    .filter(([key]) => key.endsWith(KEPT) && /\{\d+\}/.test(key))
    .map(([key, words]) => [key.slice(0, -KEPT.length), words] as const)
    .map(([english, words]) => ({
      // What is said in many words is told apart best, so those with the most come first.
      size: english.replace(/\{\d+\}/g, '').length,
      pattern: new RegExp(
        `^${english
          .split(/\{\d+\}/)
          .map(escaped)
          .join('([^]*?)')}$`,
      ),
      order: [...english.matchAll(/\{(\d+)\}/g)].map(([, place]) => Number(place)),
      words,
    }))
    .sort((a, b) => b.size - a.size);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
