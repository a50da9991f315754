/** How a record's text is shown: folded when long, control characters as symbols. */

/** A run of a text: shown as it is, or one control character shown as `symbol`. */
export type Run = { readonly text: string; readonly symbol?: string };

const foldLines = 40;
const foldCharacters = 4000;

/** The first part of a text that is longer than 40 lines or 4,000 characters; undefined when it is not. */
export function folded(text: string): string | undefined {
  let end = Math.min(text.length, foldCharacters);
  let lineEnd = -1;
  for (let line = 0; line < foldLines; line++) {
    lineEnd = text.indexOf('\n', lineEnd + 1);
    if (lineEnd === -1) break;
  }
  if (lineEnd !== -1) end = Math.min(end, lineEnd);
  // A fold that hides only a few words is a nuisance.
  if (text.length - end < 200 && text.slice(end).split('\n').length < 5) return undefined;
  // Do not cut a surrogate pair in two.
  if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/**
 * Splits a text at its control characters, at those that reorder what follows (Unicode's explicit bidirectional
 * controls) and at those that nobody sees, so that the page can show each as a symbol without changing the text itself.
 */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (const match of text.matchAll(controls)) {
    if (match.index > start) runs.push({ text: text.slice(start, match.index) });
    runs.push({ text: match[0], symbol: symbolOf(match[0].charCodeAt(0)) });
    start = match.index + match[0].length;
  }
  if (start < text.length || runs.length === 0) runs.push({ text: text.slice(start) });
  return runs;
}

// All of C0 and C1 but tab and line feed; a carriage return counts only when it does not end a line, and a joiner only
// where it joins nothing: Persian, Indic scripts and emoji need theirs.
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|(?<![\u0300-\uffff])[\u200c\u200d]|\r(?!\n)/g;

const c0Names = [
  ...['NUL', 'SOH', 'STX', 'ETX', 'EOT', 'ENQ', 'ACK', 'BEL', 'BS', 'HT', 'LF', 'VT', 'FF', 'CR', 'SO', 'SI'],
  ...[
    'DLE',
    'DC1',
    'DC2',
    'DC3',
    'DC4',
    'NAK',
    'SYN',
    'ETB',
    'CAN',
    'EM',
    'SUB',
    'ESC',
    'FS',
    'GS',
    'RS',
    'US',
  ],
];

const otherNames: Readonly<Record<number, string>> = {
  127: 'DEL',
  8203: 'ZWSP',
  8204: 'ZWNJ',
  8205: 'ZWJ',
  8206: 'LRM',
  8207: 'RLM',
  8234: 'LRE',
  8235: 'RLE',
  8236: 'PDF',
  8237: 'LRO',
  8238: 'RLO',
  8294: 'LRI',
  8295: 'RLI',
  8296: 'FSI',
  8288: 'WJ',
  8297: 'PDI',
  65279: 'ZWNBSP',
};

/** Abbreviations rather than Unicode's control pictures, for which few fonts have glyphs. */
function symbolOf(code: number): string {
  return c0Names[code] ?? otherNames[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** One line of a text for a strip, a title or an announcement. */
export function excerpt(text: string, length: number): string {
  const line = text
    .slice(0, length * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : line;
}
