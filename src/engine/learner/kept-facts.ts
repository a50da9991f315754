/**
 * How kept files begin: what they hold, said before it comes.
 *
 *     length of the facts (u32) | their CRC-32 (u32) | facts (JSON)
 *
 * With a checksum of their own, because all that follows is read to where they say, before the file's own is known to be right.
 */
import { crc32 } from 'node:zlib';
import type { KeptReader } from '../../store/store.ts';

export function packedFacts(facts: object): Uint8Array[] {
  const said = new TextEncoder().encode(JSON.stringify(facts));
  return [new Uint8Array(Uint32Array.of(said.length, crc32(said)).buffer), said];
}

/** Undefined where they are damaged. */
export function readFacts<Facts extends object>(kept: KeptReader): Facts | undefined {
  const head = new Uint32Array(2);
  if (!kept.fill(new Uint8Array(head.buffer)) || head[0]! > kept.size) return undefined;
  const said = new Uint8Array(head[0]!);
  if (!kept.fill(said) || crc32(said) !== head[1]) return undefined;
  return JSON.parse(new TextDecoder().decode(said)) as Facts;
}
