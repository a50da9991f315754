/**
 * Large arrays in memory of their own, which the system has back as soon as they are collected.
 *
 * Node takes arrays from the C library's heap, and glibc keeps what was freed there: up to 64 MB for each thread there ever
 * was, for an environment variable alone could tell it otherwise. The memory of WebAssembly is mapped for itself.
 */

/** A page of WebAssembly memory, in bytes. */
const PAGE = 65_536;
/** Below it the heap is fine, and mapping would take longer than it saves. In bytes. */
const LARGE = 1 << 20;

interface ArrayKind<Numbers> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): Numbers;
}

/** `new kind(length)`, for arrays that may be large and are soon done with. Its buffer may be longer than the array. */
export function largeArray<Numbers>(kind: ArrayKind<Numbers>, length: number): Numbers {
  const bytes = kind.BYTES_PER_ELEMENT * length;
  return new kind(bytes < LARGE ? new ArrayBuffer(bytes) : mapped(bytes, false), 0, length);
}

/** The same of memory that threads share: it crosses to another one without being copied. */
export function sharedArray<Numbers>(kind: ArrayKind<Numbers>, length: number): Numbers {
  const bytes = kind.BYTES_PER_ELEMENT * length;
  const buffer = bytes < LARGE ? new SharedArrayBuffer(bytes) : mapped(bytes, true);
  // The types of most callees do not know of shared memory; all of them read it the same.
  return new kind(buffer as ArrayBuffer, 0, length);
}

function mapped(bytes: number, shared: boolean): ArrayBuffer {
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared }).buffer;
}
