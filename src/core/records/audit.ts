/**
 * Decides which records belong to the audit set: a keyed hash of the text below a share. The same on every machine,
 * uniform over all records before any model exists, and equal texts fall on one side together.
 */

/** Ranks are unsigned 32-bit integers. */
const RANK_COUNT = 2 ** 32;

/**
 * The audit rank of a text: SipHash-2-4 (Aumasson and Bernstein 2012), keyed by the project's salt, of the text's
 * hash; its low 32 bits.
 *
 * @param salt 32 hex digits
 * @param hash the first 16 bytes of the text's SHA-256
 */
export function auditRank(salt: string, hash: Uint8Array): number {
  if (salt !== lastSalt) {
    lastKey = keyOf(salt);
    lastSalt = salt;
  }
  return sipHash24(lastKey, hash).low;
}

/** Records with a rank below this are in the audit set. @param share in [0, 1] */
export function auditThreshold(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * RANK_COUNT);
}

// A project has one salt, and it is asked about once a record.
let lastSalt = '';
let lastKey: Uint8Array = new Uint8Array(16);

/** @param key 16 bytes */
export function sipHash24(
  key: Uint8Array,
  message: Uint8Array,
): { readonly low: number; readonly high: number } {
  const [k0Low, k0High, k1Low, k1High] = [word(key, 0), word(key, 4), word(key, 8), word(key, 12)];
  // v0 to v3, each as its low and its high half.
  const v = Int32Array.of(
    k0Low ^ 0x70736575,
    k0High ^ 0x736f6d65,
    k1Low ^ 0x6e646f6d,
    k1High ^ 0x646f7261,
    k0Low ^ 0x6e657261,
    k0High ^ 0x6c796765,
    k1Low ^ 0x79746573,
    k1High ^ 0x74656462,
  );
  const wholeBlocks = message.length >>> 3;
  for (let block = 0; block < wholeBlocks; block++) {
    compress(v, word(message, block * 8), word(message, block * 8 + 4));
  }
  const last = new Uint8Array(8);
  last.set(message.subarray(wholeBlocks * 8));
  last[7] = message.length;
  compress(v, word(last, 0), word(last, 4));
  v[4]! ^= 0xff;
  for (let i = 0; i < 4; i++) round(v);
  return { low: (v[0]! ^ v[2]! ^ v[4]! ^ v[6]!) >>> 0, high: (v[1]! ^ v[3]! ^ v[5]! ^ v[7]!) >>> 0 };
}

function compress(v: Int32Array, low: number, high: number): void {
  v[6]! ^= low;
  v[7]! ^= high;
  round(v);
  round(v);
  v[0]! ^= low;
  v[1]! ^= high;
}

function round(v: Int32Array): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  xor(v, 2, 0);
  rotate(v, 0, 32);
  add(v, 4, 6);
  rotate(v, 6, 16);
  xor(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  xor(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  xor(v, 2, 4);
  rotate(v, 4, 32);
}

/** v[to] += v[from], 64 bits wide. */
function add(v: Int32Array, to: number, from: number): void {
  const low = (v[to]! >>> 0) + (v[from]! >>> 0);
  v[to] = low;
  v[to + 1] = v[to + 1]! + v[from + 1]! + (low >= RANK_COUNT ? 1 : 0);
}

function xor(v: Int32Array, to: number, from: number): void {
  v[to]! ^= v[from]!;
  v[to + 1]! ^= v[from + 1]!;
}

/** v[at] <<<= bits, 64 bits wide; bits is 32 or less. */
function rotate(v: Int32Array, at: number, bits: number): void {
  const low = v[at]!;
  const high = v[at + 1]!;
  v[at] = bits === 32 ? high : (low << bits) | (high >>> (32 - bits));
  v[at + 1] = bits === 32 ? low : (high << bits) | (low >>> (32 - bits));
}

/** Four bytes, little-endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function keyOf(salt: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/i.test(salt)) throw new Error('A salt is 32 hex digits.');
  return Uint8Array.from(salt.match(/../g)!, (digits) => Number.parseInt(digits, 16));
}
