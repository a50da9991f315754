/**
 * Cuts a text into terms, the same way in every process and on every machine.
 *
 * Scripts with spaces: lower-cased runs of two or more letters, digits, marks or underscores. For texts without
 * combining marks this is scikit-learn's default `(?u)\b\w\w+\b`; Python's `\w` leaves marks out and so cuts
 * Hindi words at their vowels, which ours does not.
 *
 * Scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese): every character, every pair of
 * neighbours, and the longer words that `Intl.Segmenter` sees. Which rule applies is decided run by run, so one
 * text may mix both. In a text mostly of such scripts punctuation marks count as characters, too: questions, quotes
 * and titles tell topics apart where a character says little (on thucnews_zh, given the same 50 / 100 / 200 / 500
 * random answers, +.015 / +.013 / +.009 / +.009 of accuracy).
 *
 * Text is composed (NFC) first: a word is the same term however it was typed.
 */

/** Longer runs (encoded data, keys) are one term made of their first characters, so no term grows without bound. */
const LONGEST_TERM = 100;

/**
 * The terms of a text, with repeats: words and single characters in reading order, then the pairs of characters,
 * then the longer words of scripts without spaces. So neighbours in the list are neighbours of a kind in the text.
 */
export function tokenize(text: string): string[] {
  const lower = text.toLowerCase();
  return isAscii(lower) ? asciiTerms(lower) : unicodeTerms(lower.normalize('NFC'));
}

const SEPARATOR = 0;
const SPACED = 1;
const UNSPACED = 2;

const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) =>
  /\w/.test(String.fromCharCode(code)) ? SPACED : SEPARATOR,
);

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) return false;
  }
  return true;
}

function asciiTerms(lower: string): string[] {
  const terms: string[] = [];
  let start = -1;
  for (let index = 0; index <= lower.length; index++) {
    // Past the end charCodeAt is NaN, which no kind has: the last run ends there.
    const inWord = asciiKinds[lower.charCodeAt(index)] === SPACED;
    if (inWord && start < 0) start = index;
    if (!inWord && start >= 0) {
      if (index - start > 1) terms.push(lower.slice(start, Math.min(index, start + LONGEST_TERM)));
      start = -1;
    }
  }
  return terms;
}

function unicodeTerms(lower: string): string[] {
  const terms: string[] = [];
  const unspacedRuns: string[] = [];
  const marksCount = isMostlyUnspaced(lower);
  let runKind = SEPARATOR;
  let runStart = 0;
  let index = 0;
  while (index <= lower.length) {
    const code = lower.codePointAt(index);
    let kind = code === undefined ? SEPARATOR : kindOf(code);
    if (marksCount && kind === SEPARATOR && code !== undefined && mark.test(String.fromCodePoint(code)))
      kind = UNSPACED;
    if (kind !== runKind) {
      if (runKind === SPACED) pushWord(lower.slice(runStart, index), terms);
      if (runKind === UNSPACED) {
        const run = lower.slice(runStart, index);
        for (const character of run) terms.push(character);
        unspacedRuns.push(run);
      }
      runKind = kind;
      runStart = index;
    }
    index += code !== undefined && code > 0xffff ? 2 : 1;
  }
  for (const run of unspacedRuns) pushPairs(run, terms);
  for (const run of unspacedRuns) pushLongerWords(run, terms);
  return terms;
}

const mark = /[\p{P}\p{S}]/u;

/** Whether most letters and digits belong to scripts without spaces. */
function isMostlyUnspaced(text: string): boolean {
  let balance = 0;
  for (const character of text) {
    const kind = kindOf(character.codePointAt(0)!);
    if (kind !== SEPARATOR) balance += kind === UNSPACED ? 1 : -1;
  }
  return balance > 0;
}

function pushWord(run: string, terms: string[]): void {
  if (run.length <= LONGEST_TERM) {
    // One character beyond the basic plane has length 2 and is still one character.
    if (run.length > 2 || (run.length === 2 && run.codePointAt(0)! <= 0xffff)) terms.push(run);
    return;
  }
  const cutsPair = run.codePointAt(LONGEST_TERM - 1)! > 0xffff;
  terms.push(run.slice(0, cutsPair ? LONGEST_TERM - 1 : LONGEST_TERM));
}

function pushPairs(run: string, terms: string[]): void {
  let before = '';
  for (const character of run) {
    if (before) terms.push(before + character);
    before = character;
  }
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Words of one or two characters are among the characters and pairs already. */
function pushLongerWords(run: string, terms: string[]): void {
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (isWordLike && segment.length > 2 && segment.length <= LONGEST_TERM) terms.push(segment);
  }
}

const spaced = /[\p{L}\p{M}\p{N}_]/u;
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

function kindOf(code: number): number {
  if (code < 128) return asciiKinds[code]!;
  if (code > 0xffff) return classify(code);
  basicPlaneKinds ??= Uint8Array.from({ length: 0x10000 }, (_, unit) => classify(unit));
  return basicPlaneKinds[code]!;
}

/** Made on the first text that is not ASCII; about 15 ms. */
let basicPlaneKinds: Uint8Array | undefined;

/**
 * Of each code point of the basic plane, whether a text of such characters can be cut character by character: its
 * lower case for one that belongs to words, 1 for a separator, 0 for one that is not that simple.
 *
 * Simple characters keep their length in UTF-8 in lower case, whatever stands beside them, and compose with none of
 * each other. Not simple are combining marks, parts of Hangul syllables, scripts without spaces, and the capital sigma.
 */
export function simpleCharacters(): Uint16Array {
  simple ??= Uint16Array.from({ length: 0x10000 }, (_, code) => simpleCharacter(code));
  return simple;
}

let simple: Uint16Array | undefined;

function simpleCharacter(code: number): number {
  const character = String.fromCharCode(code);
  const lower = character.toLowerCase();
  const isSimple =
    lower.length === 1 &&
    character.isWellFormed() &&
    code !== 0x3a3 &&
    code > 0 &&
    utf8Width(lower.charCodeAt(0)) === utf8Width(code) &&
    lower.normalize('NFC') === lower &&
    !composing.test(character);
  if (!isSimple) return code === 0 ? 1 : 0;
  const kind = kindOf(lower.charCodeAt(0));
  return kind === SPACED ? lower.charCodeAt(0) : kind === SEPARATOR ? 1 : 0;
}

/** What may compose with the character before it: marks, and vowels and finals of Hangul. */
const composing = /[\p{M}\u1160-\u11ff]/u;

function utf8Width(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

function classify(code: number): number {
  const character = String.fromCodePoint(code);
  if (!spaced.test(character)) return SEPARATOR;
  return unspaced.test(character) ? UNSPACED : SPACED;
}
