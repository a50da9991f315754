/** Memory of kernels that is used again and again. */
import type { KernelMemory } from './kernel.ts';

/**
 * How much more is taken than before when that was too little: a third of what was used lies waste then. What was not yet
 * used is addresses only, but there are no more than 2³¹ of them.
 */
const [GROWTH, GROWTH_OF_LARGE, LARGE] = [4, 2, 2 ** 24];

/** Work space in memory that is never given back: each kind of it is made larger when it must be. */
export class Room {
  readonly #memory: KernelMemory;
  readonly #places = new Map<string, { address: number; bytes: number }>();

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** The address of at least so many bytes; what is there is of the last use. */
  of(kind: string, bytes: number): number {
    const known = this.#places.get(kind);
    if (known && known.bytes >= bytes) return known.address;
    const growth = bytes < LARGE ? GROWTH : GROWTH_OF_LARGE;
    const room = Math.max(bytes, known ? growth * known.bytes : 0);
    const address = this.#memory.allocate(room);
    this.#places.set(kind, { address, bytes: room });
    return address;
  }
}
