/**
 * Finds the words of a text in UTF-8 and counts them, over a table of all terms met before.
 *
 * The rule is that of src/core/text/tokenize.ts, which is the plain twin; src/engine/indexer/term-counter.ts keeps the
 * memory. ASCII texts are cut 64 bytes at a time: a bit a byte says whether it belongs to a word, and the places where
 * the bits change are the words' ends. Looking up all words of a text one step at a time, rather than one word in all
 * its steps, lets the processor fetch many slots of the table at once.
 *
 *     table    slots of 8 bytes: the highest 38 bits of the term's hash | its id (26 bits); 0: empty
 *     terms    one after the other in id order, each followed by a line feed
 *     marks    by id: the text that used the term last (u32) | its place in that text's list (u32)
 *     scratch  for n words: hashes or ids (8 n) | starts (4 n) | ends (4 n)
 *
 * The lowest bits of a hash say where its search begins, so two terms are taken for one when more than fifty bits agree:
 * among a million terms the chance of any such pair is about one in a million.
 */

// The fields of the state, as offsets; term-counter.ts writes them.
const SLOTS = 0;
const MASK = 4;
const TERM_COUNT = 8;
const TERMS = 12;
const TERMS_LENGTH = 16;
const MARKS = 20;
const TEXT_NUMBER = 24;
const SCRATCH = 28;
const SCRATCH_WORDS = 32;
const IDS = 36;
const COUNTS = 40;
const CHARACTERS = 44;
const MOST_TERMS = 48;
const TERMS_ROOM = 52;

// What is returned in place of a number of terms.
const NOT_SIMPLE = -1;
const TABLE_FULL = -2;

/** How many bits of a slot are the id. */
const ID_BITS: u64 = 26;
const ID_MASK: u64 = 0x3ffffff;

const LONGEST_TERM: u32 = 100;
const MAX_COUNT: u32 = 0xffff;
const LINE_FEED: u8 = 0x0a;

// What CHARACTERS says of a code point of the basic plane, besides its lower case.
const UNKNOWN: u32 = 0;
const SEPARATOR: u32 = 1;

// The primes of xxHash (Collet): odd, with bits spread evenly.
const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const HIGHEST_BIT: u64 = 0x8000000000000000;
const PRIME_5: u64 = 0x27d4eb2f165667c5;

/**
 * Counts the terms of an ASCII text into IDS and COUNTS, in the order of first use.
 *
 * @returns how many terms; NOT_SIMPLE when a byte is not ASCII; TABLE_FULL when there are more than MOST_TERMS or than
 *   fit into TERMS_ROOM: give it a larger table, and count the text again
 */
export function countAscii(state: usize, text: usize, length: u32): i32 {
  const words = cutAscii(state, text, length);
  if (words < 0) return NOT_SIMPLE;
  const hashes = <usize>load<u32>(state, SCRATCH);
  const starts = startsOf(state);
  const ends = endsOf(state);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < <u32>words; i++) {
    const start = <usize>load<u32>(starts + (i << 2));
    let size = load<u32>(ends + (i << 2)) - <u32>start;
    // A single character is no word: the next one takes its place.
    const isWord = size >= 2;
    if (size > LONGEST_TERM) size = LONGEST_TERM;
    store<u64>(hashes + (kept << 3), hashOf(start, size));
    store<u32>(starts + (kept << 2), <u32>start);
    store<u32>(ends + (kept << 2), <u32>start + size);
    kept += <u32>isWord;
  }
  return countWords(state, kept);
}

/** The same for a text of which CHARACTERS knows all characters; `lowered` has room for it in lower case. */
export function countKnown(state: usize, text: usize, length: u32, lowered: usize): i32 {
  const characters = <usize>load<u32>(state, CHARACTERS);
  const hashes = <usize>load<u32>(state, SCRATCH);
  const starts = startsOf(state);
  const ends = endsOf(state);
  const end = text + length;
  let kept: u32 = 0;
  let to = lowered;
  let start = to;
  let wordLength: u32 = 0;
  let at = text;
  for (;;) {
    let code: u32 = 0;
    let width: u32 = 1;
    if (at < end) {
      code = load<u8>(at);
      if (code >= 0xf0) return NOT_SIMPLE;
      if (code >= 0xe0) {
        code = ((code & 0x0f) << 12) | ((load<u8>(at, 1) & 0x3f) << 6) | (load<u8>(at, 2) & 0x3f);
        width = 3;
      } else if (code >= 0x80) {
        code = ((code & 0x1f) << 6) | (load<u8>(at, 1) & 0x3f);
        width = 2;
      }
    }
    const lower = at < end ? <u32>load<u16>(characters + (code << 1)) : SEPARATOR;
    if (lower === UNKNOWN) return NOT_SIMPLE;
    if (lower !== SEPARATOR) {
      if (wordLength === 0) start = to;
      if (wordLength < LONGEST_TERM) to += write(to, lower, width);
      wordLength++;
    } else if (wordLength > 0) {
      if (wordLength >= 2) {
        store<u64>(hashes + (kept << 3), hashOf(start, <u32>(to - start)));
        store<u32>(starts + (kept << 2), <u32>start);
        store<u32>(ends + (kept << 2), <u32>to);
        kept++;
      }
      wordLength = 0;
    }
    if (at >= end) break;
    at += width;
  }
  return countWords(state, kept);
}

/** Counts the words of a list that is in lower case already and parted by line feeds: `tokenize` made it. */
export function countList(state: usize, list: usize, length: u32): i32 {
  const hashes = <usize>load<u32>(state, SCRATCH);
  const starts = startsOf(state);
  const ends = endsOf(state);
  const end = list + length;
  let kept: u32 = 0;
  let start = list;
  for (let at = list; at < end; at++) {
    if (load<u8>(at) !== LINE_FEED) continue;
    store<u64>(hashes + (kept << 3), hashOf(start, <u32>(at - start)));
    store<u32>(starts + (kept << 2), <u32>start);
    store<u32>(ends + (kept << 2), <u32>at);
    kept++;
    start = at + 1;
  }
  return countWords(state, kept);
}

/** Fills an empty table with all terms, the first first: they are the frequent ones, and best found at once. */
export function fillTable(state: usize): void {
  const slots = <usize>load<u32>(state, SLOTS);
  const mask = load<u32>(state, MASK);
  const terms = <usize>load<u32>(state, TERMS);
  const end = terms + load<u32>(state, TERMS_LENGTH);
  let id: u64 = 0;
  let start = terms;
  for (let at = terms; at < end; at++) {
    if (load<u8>(at) !== LINE_FEED) continue;
    const hash = hashOf(start, <u32>(at - start));
    let slot = <u32>hash & mask;
    while (load<u64>(slots + ((<usize>slot) << 3)) !== 0) slot = (slot + 1) & mask;
    store<u64>(slots + ((<usize>slot) << 3), (hash & ~ID_MASK) | id);
    id++;
    start = at + 1;
  }
}

/** The words of an ASCII text as starts and ends; their number, or NOT_SIMPLE. */
function cutAscii(state: usize, text: usize, length: u32): i32 {
  const starts = startsOf(state);
  const ends = endsOf(state);
  let startCount: u32 = 0;
  let endCount: u32 = 0;
  let carry: u64 = 0;
  for (let at: u32 = 0; at < length; at += 64) {
    const from = text + at;
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const left = length - at;
    const inside: u64 = left < 64 ? ((<u64>1) << left) - 1 : ~(<u64>0);
    if ((bits(a, b, c, d) & inside) !== 0) return NOT_SIMPLE;
    const word = bits(wordBytes(a), wordBytes(b), wordBytes(c), wordBytes(d)) & inside;
    const before = (word << 1) | carry;
    carry = word >> 63;
    for (let bit = word & ~before; bit !== 0; bit &= bit - 1) {
      store<u32>(starts + (startCount++ << 2), <u32>from + <u32>ctz(bit));
    }
    for (let bit = ~word & before; bit !== 0; bit &= bit - 1) {
      store<u32>(ends + (endCount++ << 2), <u32>from + <u32>ctz(bit));
    }
  }
  if (endCount < startCount) store<u32>(ends + (endCount << 2), <u32>text + length);
  return <i32>startCount;
}

/** One bit a byte: its highest. */
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(a)) |
    ((<u64>(<u32>i8x16.bitmask(b))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(c))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(d))) << 48)
  );
}

/** 0xff where a byte is a letter, a digit or an underscore. */
function wordBytes(bytes: v128): v128 {
  const letters = i8x16.lt_u(
    i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61)),
    i8x16.splat(26),
  );
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  return v128.or(v128.or(letters, digits), i8x16.eq(bytes, i8x16.splat(0x5f)));
}

/** The hash of a word whatever its case, eight bytes at a time. Up to seven bytes behind the word are read. */
function hashOf(word: usize, length: u32): u64 {
  let hash = <u64>length * PRIME_5;
  let at = word;
  let left = length;
  while (left > 8) {
    hash = (hash ^ lowerEight(load<u64>(at))) * PRIME_1;
    hash ^= hash >> 32;
    at += 8;
    left -= 8;
  }
  const rest = lowerEight(load<u64>(at)) & (~(<u64>0) >> (64 - (left << 3)));
  hash = (hash ^ rest) * PRIME_2;
  hash ^= hash >> 29;
  hash *= PRIME_3;
  hash ^= hash >> 32;
  // Never what an empty slot holds.
  return hash | HIGHEST_BIT;
}

/** Eight bytes with A to Z in lower case, and all others as they are. */
function lowerEight(bytes: u64): u64 {
  const low = bytes & 0x7f7f7f7f7f7f7f7f;
  const upper = (low + 0x3f3f3f3f3f3f3f3f) & ~(low + 0x2525252525252525) & ~bytes & 0x8080808080808080;
  return bytes | (upper >> 2);
}

/** Looks up the first `count` words of the scratch memory, gives new ones an id, and counts them. */
function countWords(state: usize, count: u32): i32 {
  const hashes = <usize>load<u32>(state, SCRATCH);
  const slots = <usize>load<u32>(state, SLOTS);
  const mask = load<u32>(state, MASK);
  for (let i: u32 = 0; i < count; i++) {
    const hash = load<u64>(hashes + (i << 3));
    let slot = <u32>hash & mask;
    for (;;) {
      const found = load<u64>(slots + ((<usize>slot) << 3));
      if ((found ^ hash) >> ID_BITS === 0) {
        store<u32>(hashes + (i << 3), <u32>(found & ID_MASK));
        break;
      }
      if (found === 0) {
        const id = addTerm(state, slots + ((<usize>slot) << 3), hash, i);
        if (id < 0) return TABLE_FULL;
        store<u32>(hashes + (i << 3), id);
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  const marks = <usize>load<u32>(state, MARKS);
  const ids = <usize>load<u32>(state, IDS);
  const counts = <usize>load<u32>(state, COUNTS);
  const text = load<u32>(state, TEXT_NUMBER) + 1;
  store<u32>(state, text, TEXT_NUMBER);
  let used: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const id = load<u32>(hashes + (i << 3));
    const mark = marks + ((<usize>id) << 3);
    if (load<u32>(mark) === text) {
      const place = counts + (load<u32>(mark, 4) << 1);
      const before = <u32>load<u16>(place);
      store<u16>(place, <u16>(before + <u32>(before < MAX_COUNT)));
    } else {
      store<u32>(mark, text);
      store<u32>(mark, used, 4);
      store<u32>(ids + (used << 2), id);
      store<u16>(counts + (used << 1), 1);
      used++;
    }
  }
  return <i32>used;
}

/** Keeps a new term in lower case, and says its id; -1 when there is no room. */
function addTerm(state: usize, slot: usize, hash: u64, word: u32): i32 {
  const id = load<u32>(state, TERM_COUNT);
  const start = <usize>load<u32>(startsOf(state) + (word << 2));
  const length = load<u32>(endsOf(state) + (word << 2)) - <u32>start;
  const used = load<u32>(state, TERMS_LENGTH);
  if (id === load<u32>(state, MOST_TERMS) || used + length >= load<u32>(state, TERMS_ROOM)) return -1;
  store<u32>(state, id + 1, TERM_COUNT);
  store<u64>(slot, (hash & ~ID_MASK) | <u64>id);
  const to = <usize>(load<u32>(state, TERMS) + used);
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(start + i);
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    store<u8>(to + i, isUpper ? byte | 0x20 : byte);
  }
  store<u8>(to + length, LINE_FEED);
  store<u32>(state, used + length + 1, TERMS_LENGTH);
  return <i32>id;
}

function startsOf(state: usize): usize {
  return <usize>(load<u32>(state, SCRATCH) + (load<u32>(state, SCRATCH_WORDS) << 3));
}

function endsOf(state: usize): usize {
  return startsOf(state) + ((<usize>load<u32>(state, SCRATCH_WORDS)) << 2);
}

/** Writes a code point of the basic plane in `width` bytes of UTF-8. */
function write(to: usize, code: u32, width: u32): usize {
  if (width === 1) {
    store<u8>(to, <u8>code);
  } else if (width === 2) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 1);
  } else {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 2);
  }
  return width;
}
