/** What is worked out once a record: its audit rank, its id's key, and the bytes of its id and its term counts in the index. */

/**
 * The low half of SipHash-2-4 (Aumasson and Bernstein 2012) of 16 bytes, by a key of 16 bytes. The plain twin is
 * `sipHash24` in src/core/records/audit.ts.
 */
export function sipHash16(key: usize, message: usize): u32 {
  const k0 = load<u64>(key);
  const k1 = load<u64>(key, 8);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  // Two blocks of the message, one that says its length, and the end, which has two rounds more.
  for (let block: u32 = 0; block < 4; block++) {
    const word: u64 = block < 2 ? load<u64>(message + (block << 3)) : block === 2 ? (<u64>16) << 56 : 0;
    v3 ^= word;
    if (block === 3) v2 ^= 0xff;
    for (let round: u32 = block === 3 ? 4 : 2; round > 0; round--) {
      v0 += v1;
      v1 = rotl(v1, 13) ^ v0;
      v0 = rotl(v0, 32);
      v2 += v3;
      v3 = rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = rotl(v1, 17) ^ v2;
      v2 = rotl(v2, 32);
    }
    v0 ^= word;
  }
  return <u32>(v0 ^ v1 ^ v2 ^ v3);
}

/** Writes the term counts of one record as src/store/block.ts lays them out, and says where they end. */
export function writeRow(ids: usize, counts: usize, termCount: u32, target: usize): usize {
  let to = writeNumber(target, termCount);
  for (let i: u32 = 0; i < termCount; i++) {
    const id = load<u32>(ids + (i << 2));
    const count = <u32>load<u16>(counts + (i << 1));
    to = writeNumber(to, (id << 1) | <u32>(count !== 1));
    if (count !== 1) to = writeNumber(to, count);
  }
  return to;
}

/** In seven bits a byte, the lowest first (LEB128). */
function writeNumber(to: usize, value: u32): usize {
  let rest = value;
  let at = to;
  while (rest > 0x7f) {
    store<u8>(at++, <u8>((rest & 0x7f) | 0x80));
    rest >>= 7;
  }
  store<u8>(at, <u8>rest);
  return at + 1;
}

/**
 * Writes ids as src/store/segment.ts keeps them, a string of JSON and a line feed each, or a line feed alone for one that
 * lies at 0, and says where they end. The plain twin is `JSON.stringify`. A byte may take six.
 */
export function listIds(ids: usize, lengths: usize, count: u32, target: usize): usize {
  let to = target;
  for (let i: u32 = 0; i < count; i++) {
    const id = <usize>load<u32>(ids + (i << 2));
    if (id !== 0) {
      const end = id + load<u32>(lengths + (i << 2));
      store<u8>(to++, 0x22);
      for (let at = id; at < end; at++) to = writeInString(to, load<u8>(at));
      store<u8>(to++, 0x22);
    }
    store<u8>(to++, 0x0a);
  }
  return to;
}

function writeInString(to: usize, byte: u32): usize {
  let letter = byte;
  if (byte < 0x20) {
    letter = byte === 0x08 ? 0x62 : byte === 0x09 ? 0x74 : byte === 0x0a ? 0x6e : byte === 0x0c ? 0x66 : 0;
    if (byte === 0x0d) letter = 0x72;
    if (letter === 0) {
      // u00 and two digits.
      store<u32>(to, 0x3030755c);
      store<u8>(to, <u8>(0x30 + (byte >> 4)), 4);
      const digit = byte & 0x0f;
      store<u8>(to, <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit), 5);
      return to + 6;
    }
  } else if (byte !== 0x22 && byte !== 0x5c) {
    store<u8>(to, <u8>byte);
    return to + 1;
  }
  store<u8>(to, 0x5c);
  store<u8>(to, <u8>letter, 1);
  return to + 2;
}

/** The key of an id in valid UTF-8. The plain twin is `idKey` in src/store/lookup.ts, which takes UTF-16. */
export function idKey(id: usize, length: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  const end = id + length;
  for (let at = id; at < end; ) {
    const lead = <u32>load<u8>(at++);
    if (lead < 0x80) {
      hash = mixed(hash, lead);
      continue;
    }
    const more: u32 = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let point = lead & (0x3f >> more);
    for (let i: u32 = 0; i < more; i++) point = (point << 6) | (<u32>load<u8>(at++) & 0x3f);
    if (point > 0xffff) {
      hash = mixed(hash, 0xd7c0 + (point >> 10));
      point = 0xdc00 | (point & 0x3ff);
    }
    hash = mixed(hash, point);
  }
  hash = (hash ^ (hash >> 15)) * 0x2c1b3c6d;
  return hash ^ (hash >> 13);
}

function mixed(hash: u32, unit: u32): u32 {
  return (hash ^ unit) * 0x01000193;
}

/** Copies texts and ids one after the other, text, id, text, id…, and says where they end. An id of 0 is none. */
export function gather(
  texts: usize,
  textLengths: usize,
  ids: usize,
  idLengths: usize,
  count: u32,
  target: usize,
): usize {
  let to = target;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(textLengths + (i << 2));
    memory.copy(to, <usize>load<u32>(texts + (i << 2)), length);
    to += length;
    const id = <usize>load<u32>(ids + (i << 2));
    if (id === 0) continue;
    const idLength = load<u32>(idLengths + (i << 2));
    memory.copy(to, id, idLength);
    to += idLength;
  }
  return to;
}
