/** Scalar products of many rows with many others, by the kernel: how clustering, densities and coverage compare records. */
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import productsKernel from '../kernels/products.wasm.ts';
import { Room } from '../kernels/room.ts';
import type { DenseRows } from './dense-rows.ts';
import { padded } from './linear-algebra.ts';
import { type ProductsKernel, ROWS_BEHIND } from './products.ts';

const ROWS_AT_ONCE = 256;

/** One for all of a thread, which come one after the other. */
let workshop: { memory: KernelMemory; room: Room; kernel: ProductsKernel } | undefined;

/**
 * Looks at the scalar products of each row with all of the others, in 32-bit floats.
 *
 * @param look at a row's number and its products, by the number of the other; good until it returns, and its to change
 */
export function eachProducts(
  rows: DenseRows,
  others: DenseRows,
  look: (row: number, products: Float32Array) => void,
): void {
  workshop ??= newWorkshop();
  const { memory, room, kernel } = workshop;
  const { dimensions } = rows;
  const width = padded(others.rowCount);
  const [stride, columnStride] = [4 * dimensions, 4 * width];
  // On their side: row after row is multiplied by eight of them at once.
  const sideways = memory.f32(room.of('others', columnStride * dimensions), width * dimensions).fill(0);
  for (let other = 0; other < others.rowCount; other++) {
    for (let j = 0; j < dimensions; j++) {
      sideways[j * width + other] = others.values[other * dimensions + j]!;
    }
  }
  const source = room.of('rows', stride * (ROWS_AT_ONCE + ROWS_BEHIND));
  const target = room.of('products', columnStride * (ROWS_AT_ONCE + ROWS_BEHIND));
  for (let from = 0; from < rows.rowCount; from += ROWS_AT_ONCE) {
    const end = Math.min(rows.rowCount, from + ROWS_AT_ONCE);
    const some = rows.values.subarray(from * dimensions, end * dimensions);
    memory.f32(source, some.length).set(some);
    kernel.denseProduct(source, stride, end - from, dimensions, sideways.byteOffset, columnStride, target);
    for (let row = from; row < end; row++) {
      look(row, memory.f32(target + (row - from) * columnStride, others.rowCount));
    }
  }
}

function newWorkshop() {
  const memory = new KernelMemory();
  return {
    memory,
    room: new Room(memory),
    kernel: loadKernel<ProductsKernel>(productsKernel, memory.memory),
  };
}
