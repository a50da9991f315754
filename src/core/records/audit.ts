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

/**
 * The four words of the state, 64 bits each, as halves. They live outside the functions because a round changes all
 * of them: plain variables are several times as fast as an array here.
 */
let [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h] = [0, 0, 0, 0, 0, 0, 0, 0];

/** @param key 16 bytes */
export function sipHash24(
  key: Uint8Array,
  message: Uint8Array,
): { readonly low: number; readonly high: number } {
  v0l = word(key, 0) ^ 0x70736575;
  v0h = word(key, 4) ^ 0x736f6d65;
  v1l = word(key, 8) ^ 0x6e646f6d;
  v1h = word(key, 12) ^ 0x646f7261;
  v2l = word(key, 0) ^ 0x6e657261;
  v2h = word(key, 4) ^ 0x6c796765;
  v3l = word(key, 8) ^ 0x79746573;
  v3h = word(key, 12) ^ 0x74656462;
  const wholeBlocks = message.length >>> 3;
  for (let block = 0; block < wholeBlocks; block++) {
    compress(word(message, block * 8), word(message, block * 8 + 4));
  }
  const last = new Uint8Array(8);
  last.set(message.subarray(wholeBlocks * 8));
  last[7] = message.length;
  compress(word(last, 0), word(last, 4));
  v2l ^= 0xff;
  rounds(4);
  return { low: (v0l ^ v1l ^ v2l ^ v3l) >>> 0, high: (v0h ^ v1h ^ v2h ^ v3h) >>> 0 };
}

function compress(low: number, high: number): void {
  v3l ^= low;
  v3h ^= high;
  rounds(2);
  v0l ^= low;
  v0h ^= high;
}

/** SipRound, with every 64-bit sum and rotation written out in halves. */
function rounds(count: number): void {
  let [al, ah, bl, bh, cl, ch, dl, dh] = [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h];
  for (let i = 0; i < count; i++) {
    let sum = (al >>> 0) + (bl >>> 0);
    al = sum | 0;
    ah = (ah + bh + (sum >= RANK_COUNT ? 1 : 0)) | 0;
    let low = bl;
    bl = ((low << 13) | (bh >>> 19)) ^ al;
    bh = ((bh << 13) | (low >>> 19)) ^ ah;
    low = al;
    al = ah;
    ah = low;

    sum = (cl >>> 0) + (dl >>> 0);
    cl = sum | 0;
    ch = (ch + dh + (sum >= RANK_COUNT ? 1 : 0)) | 0;
    low = dl;
    dl = ((low << 16) | (dh >>> 16)) ^ cl;
    dh = ((dh << 16) | (low >>> 16)) ^ ch;

    sum = (al >>> 0) + (dl >>> 0);
    al = sum | 0;
    ah = (ah + dh + (sum >= RANK_COUNT ? 1 : 0)) | 0;
    low = dl;
    dl = ((low << 21) | (dh >>> 11)) ^ al;
    dh = ((dh << 21) | (low >>> 11)) ^ ah;

    sum = (cl >>> 0) + (bl >>> 0);
    cl = sum | 0;
    ch = (ch + bh + (sum >= RANK_COUNT ? 1 : 0)) | 0;
    low = bl;
    bl = ((low << 17) | (bh >>> 15)) ^ cl;
    bh = ((bh << 17) | (low >>> 15)) ^ ch;
    low = cl;
    cl = ch;
    ch = low;
  }
  [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h] = [al, ah, bl, bh, cl, ch, dl, dh];
}

/** Four bytes, little-endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function keyOf(salt: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/i.test(salt)) throw new Error('A salt is 32 hex digits.');
  return Uint8Array.from(salt.match(/../g)!, (digits) => Number.parseInt(digits, 16));
}
