/**
 * Decides which records belong to the audit set: a keyed hash of the text below a share. The same on every machine,
 * uniform over all records before any model exists, and equal texts fall on one side together.
 */

import { type KernelMemory, loadKernel } from '../kernels/kernel.ts';
import recordsKernel from '../kernels/records.wasm.ts';

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

/** `auditRank` of one text after the other: by kernels/records.ts, over hashes that lie in its memory. */
export class AuditRanker {
  readonly #memory: KernelMemory;
  readonly #kernel: { sipHash16(key: number, message: number): number };
  readonly #keyAt: number;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#kernel = loadKernel(recordsKernel, memory.memory);
    this.#keyAt = memory.allocate(16);
  }

  /** @param salt of the ranks from now on: 32 hex digits */
  use(salt: string): void {
    this.#memory.bytes(this.#keyAt, 16).set(keyOf(salt));
  }

  /** @param hashAt the address of the first 16 bytes of the text's SHA-256 */
  rank(hashAt: number): number {
    return this.#kernel.sipHash16(this.#keyAt, hashAt) >>> 0;
  }
}

/** Records with a rank below this are in the audit set. @param share in [0, 1] */
export function auditThreshold(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * RANK_COUNT);
}

// A project has one salt, and it is asked about once a record.
let lastSalt = '';
let lastKey: Uint8Array = new Uint8Array(16);

/**
 * One function with every 64-bit sum and rotation written out in halves, because it runs once a record: state that
 * is shared between functions costs several times as much as local variables.
 *
 * @param key 16 bytes
 */
export function sipHash24(
  key: Uint8Array,
  message: Uint8Array,
): { readonly low: number; readonly high: number } {
  let v0l = word(key, 0) ^ 0x70736575;
  let v0h = word(key, 4) ^ 0x736f6d65;
  let v1l = word(key, 8) ^ 0x6e646f6d;
  let v1h = word(key, 12) ^ 0x646f7261;
  let v2l = word(key, 0) ^ 0x6e657261;
  let v2h = word(key, 4) ^ 0x6c796765;
  let v3l = word(key, 8) ^ 0x79746573;
  let v3h = word(key, 12) ^ 0x74656462;
  const wholeBlocks = message.length >>> 3;
  // The whole blocks, the rest with the length, and the end: two rounds each, four for the end.
  for (let block = 0; block <= wholeBlocks + 1; block++) {
    const isEnd = block > wholeBlocks;
    const low = isEnd ? 0 : block < wholeBlocks ? word(message, block * 8) : rest(message, block * 8);
    const high = isEnd
      ? 0
      : block < wholeBlocks
        ? word(message, block * 8 + 4)
        : rest(message, block * 8 + 4) | (message.length << 24);
    v3l ^= low;
    v3h ^= high;
    if (isEnd) v2l ^= 0xff;
    for (let round = isEnd ? 4 : 2; round > 0; round--) {
      let sum = (v0l >>> 0) + (v1l >>> 0);
      v0l = sum | 0;
      v0h = (v0h + v1h + (sum >= RANK_COUNT ? 1 : 0)) | 0;
      let half = v1l;
      v1l = ((half << 13) | (v1h >>> 19)) ^ v0l;
      v1h = ((v1h << 13) | (half >>> 19)) ^ v0h;
      half = v0l;
      v0l = v0h;
      v0h = half;

      sum = (v2l >>> 0) + (v3l >>> 0);
      v2l = sum | 0;
      v2h = (v2h + v3h + (sum >= RANK_COUNT ? 1 : 0)) | 0;
      half = v3l;
      v3l = ((half << 16) | (v3h >>> 16)) ^ v2l;
      v3h = ((v3h << 16) | (half >>> 16)) ^ v2h;

      sum = (v0l >>> 0) + (v3l >>> 0);
      v0l = sum | 0;
      v0h = (v0h + v3h + (sum >= RANK_COUNT ? 1 : 0)) | 0;
      half = v3l;
      v3l = ((half << 21) | (v3h >>> 11)) ^ v0l;
      v3h = ((v3h << 21) | (half >>> 11)) ^ v0h;

      sum = (v2l >>> 0) + (v1l >>> 0);
      v2l = sum | 0;
      v2h = (v2h + v1h + (sum >= RANK_COUNT ? 1 : 0)) | 0;
      half = v1l;
      v1l = ((half << 17) | (v1h >>> 15)) ^ v2l;
      v1h = ((v1h << 17) | (half >>> 15)) ^ v2h;
      half = v2l;
      v2l = v2h;
      v2h = half;
    }
    v0l ^= low;
    v0h ^= high;
  }
  return { low: (v0l ^ v1l ^ v2l ^ v3l) >>> 0, high: (v0h ^ v1h ^ v2h ^ v3h) >>> 0 };
}

/** Up to four bytes from here on, zeros after the end. */
function rest(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = Math.min(3, bytes.length - 1 - at); i >= 0; i--) value = (value << 8) | bytes[at + i]!;
  return value;
}

/** Four bytes, little-endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function keyOf(salt: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/i.test(salt)) throw new Error('A salt is 32 hex digits.');
  return Uint8Array.from(salt.match(/../g)!, (digits) => Number.parseInt(digits, 16));
}
