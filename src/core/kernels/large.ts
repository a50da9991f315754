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
  if (bytes < LARGE) return new kind(new ArrayBuffer(bytes), 0, length);
  const pages = Math.ceil(bytes / PAGE);
  return new kind(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer, 0, length);
}
