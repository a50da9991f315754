/**
 * Loads WebAssembly kernels and holds the memory they work on. `scripts/kernels.mjs` compiles them from `kernels/`.
 *
 * A kernel is functions over numbers and addresses: it keeps nothing, makes nothing, and has no memory of its own. Who
 * loads it makes the memory, decides what lies where, and hands addresses over. Several kernels may work on one memory,
 * and so may several threads: the memory itself is what is sent to a worker, and each thread loads kernels over it.
 */

/** A page of WebAssembly memory, in bytes. */
const PAGE = 65_536;

/** Kernels read whole vectors and words, so up to this many bytes behind what they are given. */
const SLACK = 64;

/** Gives out memory for kernels. There is no freeing but all at once, by dropping it. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  #used = SLACK;
  #buffer: ArrayBuffer;
  #reach = 0;
  #all: Uint8Array<ArrayBuffer> | undefined;

  /** @param maxBytes it can't grow beyond; address space only, until used */
  constructor(maxBytes = 2 ** 31) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: Math.ceil(maxBytes / PAGE), shared: true });
    this.#buffer = this.memory.buffer as unknown as ArrayBuffer;
  }

  /**
   * The address of `bytes` zeros, a multiple of 64. Views made before keep working.
   *
   * @throws RangeError when there is no more memory
   */
  allocate(bytes: number): number {
    const address = this.#used;
    this.#used += Math.ceil(bytes / SLACK) * SLACK;
    const missing = this.#used + SLACK - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#reaching(address + length), address, length);
  }

  i8(address: number, length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.#reaching(address + length), address, length);
  }

  i16(address: number, length: number): Int16Array<ArrayBuffer> {
    return new Int16Array(this.#reaching(address + 2 * length), address, length);
  }

  u16(address: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.#reaching(address + 2 * length), address, length);
  }

  i32(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#reaching(address + 4 * length), address, length);
  }

  u32(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#reaching(address + 4 * length), address, length);
  }

  f32(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#reaching(address + 4 * length), address, length);
  }

  f64(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#reaching(address + 8 * length), address, length);
  }

  /** All bytes up to this address at least: one view for many short looks, which cost less than a view each. */
  upTo(end: number): Uint8Array<ArrayBuffer> {
    const buffer = this.#reaching(end);
    if (this.#all?.buffer !== buffer) this.#all = new Uint8Array(buffer);
    return this.#all;
  }

  /**
   * The memory as far as here: asking for all of it is slow, and it may have grown in another thread. It is shared,
   * which the types of most callees do not know of; all of them read it the same.
   */
  #reaching(end: number): ArrayBuffer {
    if (end > this.#reach) {
      this.#buffer = this.memory.buffer as unknown as ArrayBuffer;
      this.#reach = this.#buffer.byteLength;
    }
    return this.#buffer;
  }
}

/**
 * A kernel's functions over this memory. The first load of a kernel in a thread compiles it, in about a millisecond.
 *
 * @param wasm the default export of a `*.wasm.ts`
 * @typeParam Functions their types, as the kernel declares them; unsigned results arrive as signed: `>>> 0` them
 */
export function loadKernel<Functions>(wasm: string, memory: WebAssembly.Memory): Functions {
  let module = compiled.get(wasm);
  if (!module) {
    module = new WebAssembly.Module(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
    compiled.set(wasm, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Functions;
}

const compiled = new Map<string, WebAssembly.Module>();
