/**
 * Finds the ends of lines, and reads many lines at once: lines of text, or the text and the id out of lines of JSON.
 *
 * Only what is certainly right is read here: one object of plain members, in valid UTF-8, no key twice, a text that is
 * not blank. Of every other line the caller makes what src/core/formats/json-row.ts makes of it, which is the plain
 * twin and knows what to say when something is wrong.
 */

// The fields of the state, as offsets; src/core/formats/row-kernel.ts writes the first four and reads REACHED.
// Keys: address | length.
const TEXT_KEY = 0;
const ID_KEY = 8;
/** Memory for texts without their escapes, as much as all lines take that are given at once. */
const UNESCAPED = 16;
/** What is found of each line, six columns of MAX_LINES (u32): text | its length | id | its length | line | its length. */
const COLUMNS = 20;
/** Where the first line begins that was not read. */
const REACHED = 24;
// Of the line that is being read.
const UNESCAPED_END = 28;
const TEXT = 32;
const TEXT_LENGTH = 36;
const ID = 40;
const ID_LENGTH = 44;
/** The keys of the object so far: MAX_KEYS × (address | length). */
const KEYS = 48;

const MAX_LINES: u32 = 256;

const MAX_KEYS: u32 = 64;

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;

/** The address of the first line feed or carriage return at or after `from`, or `end`. */
export function lineEnd(from: usize, end: usize): usize {
  const lineFeeds = i8x16.splat(0x0a);
  const returns = i8x16.splat(0x0d);
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = <u32>i8x16.bitmask(v128.or(i8x16.eq(bytes, lineFeeds), i8x16.eq(bytes, returns)));
    if (found !== 0) return min(at + ctz(found), end);
  }
  return end;
}

/**
 * Reads one whole line after the other, up to the first that is not simple, and MAX_LINES at most. Ids of 0 are none. A
 * carriage return that is the last byte ends no line: what follows may belong to it.
 *
 * @param longest of more bytes than this no line is read
 * @returns how many lines
 */
export function readLines(state: usize, from: usize, end: usize, longest: u32, isJson: bool): u32 {
  const columns = <usize>load<u32>(state, COLUMNS);
  store<u32>(state, load<u32>(state, UNESCAPED), UNESCAPED_END);
  let line = from;
  let count: u32 = 0;
  while (count < MAX_LINES) {
    const at = lineEnd(line, end);
    if (at === end) break;
    const isReturn = load<u8>(at) === 0x0d;
    if ((isReturn && at + 1 === end) || at - line > <usize>longest) break;
    store<u32>(state, 0, ID);
    if (isJson) {
      if (!readJson(state, line, at)) break;
    } else {
      if (!isUtf8(line, at) || !hasInk(line, at)) break;
      store<u32>(state, <u32>line, TEXT);
      store<u32>(state, <u32>(at - line), TEXT_LENGTH);
    }
    const column = columns + (count << 2);
    store<u32>(column, load<u32>(state, TEXT));
    store<u32>(column, load<u32>(state, TEXT_LENGTH), 4 * MAX_LINES);
    store<u32>(column, load<u32>(state, ID), 8 * MAX_LINES);
    store<u32>(column, load<u32>(state, ID_LENGTH), 12 * MAX_LINES);
    store<u32>(column, <u32>line, 16 * MAX_LINES);
    store<u32>(column, <u32>(at - line), 20 * MAX_LINES);
    count++;
    line = at + (isReturn && load<u8>(at, 1) === 0x0a ? 2 : 1);
  }
  store<u32>(state, <u32>line, REACHED);
  return count;
}

/** Whether a line is a simple one; then TEXT and ID say where its text and id are. */
function readJson(state: usize, line: usize, end: usize): bool {
  if (!isUtf8(line, end)) return false;
  store<u32>(state, 0, TEXT);
  let at = skipSpace(line, end);
  if (at === end || load<u8>(at) !== 0x7b) return false;
  at = skipSpace(at + 1, end);
  for (let keyCount: u32 = 0; keyCount < MAX_KEYS; keyCount++) {
    if (at >= end || load<u8>(at) !== QUOTE) return false;
    const key = at + 1;
    at = stringEnd(key, end);
    // Keys with escapes are too rare to be compared here.
    if (at === 0 || load<u8>(at) !== QUOTE) return false;
    const keyLength = <u32>(at - key);
    if (!isNewKey(state, keyCount, key, keyLength)) return false;
    at = skipSpace(at + 1, end);
    if (at >= end || load<u8>(at) !== 0x3a) return false;
    at = skipSpace(at + 1, end);
    if (at >= end) return false;
    const isText = isKey(state, TEXT_KEY, key, keyLength);
    const isId = isKey(state, ID_KEY, key, keyLength);
    const value = at;
    const first = <u32>load<u8>(at);
    if (first === QUOTE) {
      at = plainStringEnd(value + 1, end);
      if (at === 0) return false;
      if (isText && !readText(state, value + 1, at)) return false;
      if (isId && !readId(state, value + 1, at)) return false;
      at++;
    } else {
      if (isText) return false;
      at = first === 0x2d || isDigit(first) ? numberEnd(value, end) : wordEnd(value, end);
      if (at === 0) return false;
      if (isId && first !== 0x6e) {
        // A number is an id as it is written; `null` is none, and other words are wrong.
        if (first === 0x74 || first === 0x66) return false;
        store<u32>(state, <u32>value, ID);
        store<u32>(state, <u32>(at - value), ID_LENGTH);
      }
    }
    at = skipSpace(at, end);
    if (at >= end) return false;
    const mark = load<u8>(at);
    at = skipSpace(at + 1, end);
    if (mark === 0x7d) return at === end && load<u32>(state, TEXT) !== 0;
    if (mark !== 0x2c) return false;
  }
  return false;
}

/** Whether the bytes are valid UTF-8 (Unicode 17, table 3-7). */
function isUtf8(from: usize, end: usize): bool {
  let at = from;
  while (at < end) {
    const high = <u32>i8x16.bitmask(v128.load(at));
    if (high === 0) {
      at += 16;
      continue;
    }
    at += ctz(high);
    // One byte after the other as long as they are not ASCII.
    while (at < end) {
      const lead = <u32>load<u8>(at);
      if (lead < 0x80) break;
      const length: u32 = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
      if (length === 0 || at + length > end) return false;
      const second = <u32>load<u8>(at, 1);
      const low: u32 = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      const highest: u32 = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      if (second < low || second > highest) return false;
      if (length > 2 && (load<u8>(at, 2) & 0xc0) !== 0x80) return false;
      if (length > 3 && (load<u8>(at, 3) & 0xc0) !== 0x80) return false;
      at += length;
    }
  }
  return true;
}

/** The text of a string's inside, unescaped where it has to be. False for what may be blank or half a character. */
function readText(state: usize, start: usize, end: usize): bool {
  let text = start;
  let textEnd = end;
  if (stringEnd(start, end + 1) !== end) {
    text = <usize>load<u32>(state, UNESCAPED_END);
    textEnd = unescaped(start, end, text);
    if (textEnd === 0) return false;
    store<u32>(state, <u32>textEnd, UNESCAPED_END);
  }
  store<u32>(state, <u32>text, TEXT);
  store<u32>(state, <u32>(textEnd - text), TEXT_LENGTH);
  return hasInk(text, textEnd);
}

/** The id of a string's inside; false for one with escapes. */
function readId(state: usize, start: usize, end: usize): bool {
  store<u32>(state, <u32>start, ID);
  store<u32>(state, <u32>(end - start), ID_LENGTH);
  return stringEnd(start, end + 1) === end;
}

/** Whether a character is certainly no white space. Bytes C2, E1 to E3 and EF may begin one that is. */
function hasInk(from: usize, end: usize): bool {
  for (let at = from; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte > 0x20 && byte < 0x7f) return true;
    if (byte > 0xc2 && byte !== 0xe1 && byte !== 0xe2 && byte !== 0xe3 && byte !== 0xef) return true;
  }
  return false;
}

/** Writes the string `from … end` without its escapes, and says where it ends; 0 for half a character. */
function unescaped(from: usize, end: usize, target: usize): usize {
  let to = target;
  let at = from;
  while (at < end) {
    const found = stringEnd(at, end);
    const plainEnd = found === 0 ? end : found;
    memory.copy(to, at, plainEnd - at);
    to += plainEnd - at;
    at = plainEnd;
    if (at >= end) break;
    const code = <u32>load<u8>(at, 1);
    if (code !== 0x75) {
      store<u8>(to++, <u8>escaped(code));
      at += 2;
      continue;
    }
    let point = hex4(at + 2);
    at += 6;
    if ((point & 0xf800) === 0xd800) {
      if (point >= 0xdc00 || at + 6 > end || load<u8>(at) !== BACKSLASH || load<u8>(at, 1) !== 0x75) return 0;
      const low = hex4(at + 2);
      if ((low & 0xfc00) !== 0xdc00) return 0;
      point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
      at += 6;
    }
    to = writePoint(to, point);
  }
  return to;
}

function writePoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, <u8>point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)));
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)));
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (point >> 18)));
  store<u8>(to, <u8>(0x80 | ((point >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (point & 0x3f)), 3);
  return to + 4;
}

/** The first quote or backslash at or after `from`; 0 when a control character or the end comes before. */
function stringEnd(from: usize, end: usize): usize {
  const quotes = i8x16.splat(0x22);
  const backslashes = i8x16.splat(0x5c);
  const spaces = i8x16.splat(0x20);
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = <u32>(
      i8x16.bitmask(
        v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), i8x16.lt_u(bytes, spaces)),
      )
    );
    if (found === 0) continue;
    const place = at + ctz(found);
    return place < end && load<u8>(place) >= 0x20 ? place : 0;
  }
  return 0;
}

/** The closing quote of a string whose escapes are all right, or 0. */
function plainStringEnd(from: usize, end: usize): usize {
  let at = from;
  for (at = stringEnd(at, end); at !== 0 && load<u8>(at) !== QUOTE; at = stringEnd(at, end)) {
    if (at + 1 >= end) return 0;
    const code = <u32>load<u8>(at, 1);
    if (code === 0x75) {
      if (at + 6 > end || hex4(at + 2) > 0xffff) return 0;
      at += 6;
    } else {
      if (escaped(code) === 0) return 0;
      at += 2;
    }
  }
  return at;
}

/** What a backslash and this letter stand for, or 0. */
function escaped(code: u32): u32 {
  if (code === QUOTE || code === BACKSLASH || code === 0x2f) return code;
  if (code === 0x62) return 0x08;
  if (code === 0x66) return 0x0c;
  if (code === 0x6e) return 0x0a;
  if (code === 0x72) return 0x0d;
  return code === 0x74 ? 0x09 : 0;
}

/** Four hex digits, or more than they can say. */
function hex4(at: usize): u32 {
  let value: u32 = 0;
  for (let i: u32 = 0; i < 4; i++) {
    const code = <u32>load<u8>(at + i);
    const letter = (code | 0x20) - 0x61;
    const digit = isDigit(code) ? code - 0x30 : letter < 6 ? letter + 10 : 0x10000;
    value = (value << 4) | digit;
  }
  return value;
}

/** The end of the number at `from` (RFC 8259), or 0. */
function numberEnd(from: usize, end: usize): usize {
  let at = load<u8>(from) === 0x2d ? from + 1 : from;
  if (at >= end || !isDigit(load<u8>(at))) return 0;
  at = load<u8>(at) === 0x30 ? at + 1 : digitsEnd(at, end);
  if (at < end && load<u8>(at) === 0x2e) {
    const digits = at + 1;
    at = digitsEnd(digits, end);
    if (at === digits) return 0;
  }
  if (at < end && (load<u8>(at) | 0x20) === 0x65) {
    at++;
    if (at < end && (load<u8>(at) === 0x2b || load<u8>(at) === 0x2d)) at++;
    const digits = at;
    at = digitsEnd(digits, end);
    if (at === digits) return 0;
  }
  return at;
}

function digitsEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end && isDigit(load<u8>(at))) at++;
  return at;
}

function isDigit(code: u32): bool {
  return code - 0x30 < 10;
}

/** The end of `true`, `false` or `null`, or 0. */
function wordEnd(from: usize, end: usize): usize {
  if (from + 4 > end) return 0;
  const word = load<u32>(from);
  if (word === 0x65757274 || word === 0x6c6c756e) return from + 4;
  return word === 0x736c6166 && from + 5 <= end && load<u8>(from, 4) === 0x65 ? from + 5 : 0;
}

function skipSpace(from: usize, end: usize): usize {
  let at = from;
  while (at < end && (load<u8>(at) === 0x20 || load<u8>(at) === 0x09)) at++;
  return at;
}

/** Notes a key; false when the object has it already. */
function isNewKey(state: usize, count: u32, key: usize, length: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const earlier = state + KEYS + ((<usize>i) << 3);
    if (load<u32>(earlier, 4) === length && isSame(<usize>load<u32>(earlier), key, length)) return false;
  }
  store<u32>(state + KEYS + ((<usize>count) << 3), <u32>key);
  store<u32>(state + KEYS + ((<usize>count) << 3), length, 4);
  return true;
}

/** Whether this is the key that the field at `offset` of the state names. */
function isKey(state: usize, offset: usize, key: usize, length: u32): bool {
  const wanted = <usize>load<u32>(state + offset);
  return wanted !== 0 && load<u32>(state + offset, 4) === length && isSame(wanted, key, length);
}

function isSame(a: usize, b: usize, length: u32): bool {
  return memory.compare(a, b, length) === 0;
}
