/**
 * Guesses the encoding of a file that nobody has named. A guess is always shown as one: whoever reads the file by it
 * says so, and the person can name another.
 */
import { loadEncoding, openEncoding, SINGLE_BYTE_NAMES } from './encodings.ts';
import type { Encoding } from './transcoding.ts';
import { decodeUtf8, firstInvalidUtf8 } from './utf8.ts';

export interface EncodingGuess {
  /** Its WHATWG name. */
  readonly encoding: string;
  /** False when another encoding fits about as well, and the person should look. */
  readonly isSure: boolean;
  /** This one, then all that read otherwise, the best first; each with the first line that is not ASCII. */
  readonly candidates: readonly { readonly encoding: string; readonly sample: string }[];
}

/** So many bytes tell as much as more would. */
const SAMPLE_BYTES = 32 * 1024;
/** Below this, of 100, the statistics have seen too little, or nothing like it. */
const SURE_SCORE = 40;
/** The runner-up must fit so much worse. */
const SURE_LEAD = 10;
/** What the statistics do not know is tried, too: Western text in few bytes gives them nothing to count. */
const UNRANKED = 5;
const ODDITY_COSTS = 200;
const MOST_COMMON = 'windows-1252';
/** A byte more or less of a character, at the place where the beginning of a file was cut off. */
const LONGEST_CHARACTER = 4;
const SAMPLE_LENGTH = 80;
/**
 * @param firstBytes without a byte order mark
 * @returns undefined when they are UTF-8, or so nearly that the few other bytes are damage, or when nothing fits
 */
export async function guessEncoding(firstBytes: Uint8Array): Promise<EncodingGuess | undefined> {
  const wide = wideEncodingOf(firstBytes);
  if (wide) {
    const text = textOf(firstBytes, openEncoding(wide) as Encoding);
    if (text === undefined) return undefined;
    return { encoding: wide, isSure: true, candidates: [{ encoding: wide, sample: sampleOf(text) }] };
  }
  // Most files are UTF-8, and the decoder sees that faster than a count does.
  if (decodeUtf8(firstBytes) !== undefined || isMostlyUtf8(firstBytes)) return undefined;
  const bytes = firstBytes.subarray(0, SAMPLE_BYTES);
  const { rankEncodings } = await import('./guess-encoding.ts');
  const fitting = new Map<string, { text: string; score: number }>();
  const others = SINGLE_BYTE_NAMES.map((label) => ({ label, confidence: UNRANKED }));
  for (const { label, confidence } of [...rankEncodings(bytes), ...others]) {
    await loadEncoding(label);
    const encoding = openEncoding(label);
    if (!encoding || encoding === 'unsupported' || fitting.has(encoding.name)) continue;
    const text = textOf(bytes, encoding);
    if (text === undefined) continue;
    fitting.set(encoding.name, { text, score: confidence - ODDITY_COSTS * oddity(text) });
  }
  const [best, ...rest] = [...fitting].sort(([, a], [, b]) => b.score - a.score);
  if (!best) return undefined;
  const { text, score } = best[1];
  // Many of them make the same of these bytes: then the most common is meant.
  const isCommon = fitting.get(MOST_COMMON)?.text === text;
  const encoding = isCommon ? MOST_COMMON : best[0];
  const rivals = rest.filter(([, rival]) => rival.text !== text);
  return {
    encoding,
    isSure: score >= SURE_SCORE && score - (rivals[0]?.[1].score ?? 0) >= SURE_LEAD,
    candidates: [
      { encoding, sample: sampleOf(text) },
      ...rivals.map(([name, rival]) => ({ encoding: name, sample: sampleOf(rival.text) })),
    ],
  };
}

/** UTF-16 without a mark: of most texts every other byte is zero, be it only for spaces and digits. */
function wideEncodingOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const head = bytes.subarray(0, 8192);
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  const many = head.length / 2 / 4;
  if (head.length < 4 || Math.max(even, odd) < many || Math.min(even, odd) * 20 > many) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** Damage to UTF-8 leaves most of its characters whole; in another encoding hardly two bytes fit by chance. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let whole = 0;
  let broken = 0;
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    const bad = firstInvalidUtf8(rest);
    const valid = bad < 0 ? rest : rest.subarray(0, bad);
    for (const byte of valid) if (byte >= 0xc2) whole++;
    if (bad < 0) break;
    // The last character may be cut off.
    if (rest.length - bad >= LONGEST_CHARACTER || !isCutCharacter(rest.subarray(bad))) broken++;
    at += bad + 1;
  }
  return broken === 0 || whole >= broken;
}

function isCutCharacter(end: Uint8Array): boolean {
  const [lead = 0, ...more] = end;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  return end.length < length && more.every((byte) => byte >= 0x80 && byte < 0xc0);
}

/** Undefined when the bytes are not valid in the encoding, or become control characters, which no text has. */
function textOf(bytes: Uint8Array, encoding: Encoding): string | undefined {
  const text = decodeUtf8(encoding.toUtf8(bytes, false).utf8);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text === undefined || /[\u0001-\u0008\u000e-\u001a\u007f-\u009f]/.test(text) ? undefined : text;
}

/**
 * The share of the characters beyond ASCII that stand where no language puts them: a capital after a small letter, a
 * sign inside a word. Text read in the wrong encoding is full of them.
 */
function oddity(text: string): number {
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  const odd =
    text.match(/\p{Ll}(?=[^\0-\x7f])\p{Lu}|\p{L}(?=[^\0-\x7f])[\p{S}\p{No}\p{Po}\p{Ps}](?=\p{L})/gu)
      ?.length ?? 0;
  return foreign === 0 ? 0 : odd / foreign;
}

/** The first line that has more than ASCII, from shortly before that. */
function sampleOf(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const telling = lines.find((line) => /[^\0-\x7f]/.test(line)) ?? lines[0] ?? '';
  const at = Math.max(0, telling.search(/[^ -~\t]/) - SAMPLE_LENGTH / 4);
  return telling.slice(at, at + SAMPLE_LENGTH).trim();
}
