/**
 * Products of tall matrices of 32-bit floats: what learning a pool's features spends its time on. Plain twins are in
 * test/unit/features/products.test.ts.
 *
 *     tall matrix    rowCount rows of `stride` bytes, a multiple of 64; room for three more rows of anything behind it
 *     sparse matrix  runs of entries: a run's are of one row and of one block of a few thousand columns, so that the
 *                    rows they are multiplied by stay in the cache; block after block, row after row
 */

/** Rows at once, so that they stay in the processor's cache while all columns go over them. */
const CHUNK: u32 = 64;

/**
 * target += A·source, for an A whose entries lie by runs: see the head.
 *
 * @param runs their rows (u32); `starts` (u32, runCount + 1) where the entries of each begin
 */
export function sparseProduct(
  runs: usize,
  starts: usize,
  runCount: u32,
  columns: usize,
  values: usize,
  source: usize,
  stride: usize,
  target: usize,
): void {
  for (let run: u32 = 0; run < runCount; run++) {
    const from = (<usize>load<u32>(starts + ((<usize>run) << 2))) << 2;
    const end = (<usize>load<u32>(starts + ((<usize>run) << 2), 4)) << 2;
    const row = target + <usize>load<u32>(runs + ((<usize>run) << 2)) * stride;
    let tile: usize = 0;
    for (; tile + 128 <= stride; tile += 128) {
      const to = row + tile;
      let a = v128.load(to);
      let b = v128.load(to, 16);
      let c = v128.load(to, 32);
      let d = v128.load(to, 48);
      let e = v128.load(to, 64);
      let f = v128.load(to, 80);
      let g = v128.load(to, 96);
      let h = v128.load(to, 112);
      for (let at = from; at < end; at += 4) {
        const own = source + <usize>load<u32>(columns + at) * stride + tile;
        const value = v128.load32_splat(values + at);
        a = f32x4.add(a, f32x4.mul(value, v128.load(own)));
        b = f32x4.add(b, f32x4.mul(value, v128.load(own, 16)));
        c = f32x4.add(c, f32x4.mul(value, v128.load(own, 32)));
        d = f32x4.add(d, f32x4.mul(value, v128.load(own, 48)));
        e = f32x4.add(e, f32x4.mul(value, v128.load(own, 64)));
        f = f32x4.add(f, f32x4.mul(value, v128.load(own, 80)));
        g = f32x4.add(g, f32x4.mul(value, v128.load(own, 96)));
        h = f32x4.add(h, f32x4.mul(value, v128.load(own, 112)));
      }
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
      v128.store(to, e, 64);
      v128.store(to, f, 80);
      v128.store(to, g, 96);
      v128.store(to, h, 112);
    }
    if (tile === stride) continue;
    const to = row + tile;
    let a = v128.load(to);
    let b = v128.load(to, 16);
    let c = v128.load(to, 32);
    let d = v128.load(to, 48);
    for (let at = from; at < end; at += 4) {
      const own = source + <usize>load<u32>(columns + at) * stride + tile;
      const value = v128.load32_splat(values + at);
      a = f32x4.add(a, f32x4.mul(value, v128.load(own)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(own, 16)));
      c = f32x4.add(c, f32x4.mul(value, v128.load(own, 32)));
      d = f32x4.add(d, f32x4.mul(value, v128.load(own, 48)));
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

/**
 * target = rows · matrix.
 *
 * @param width columns of `rows`, and rows of the matrix
 * @param columnStride bytes of a row of the matrix and of the target, a multiple of 64
 */
export function denseProduct(
  rows: usize,
  stride: usize,
  rowCount: u32,
  width: u32,
  matrix: usize,
  columnStride: usize,
  target: usize,
): void {
  for (let chunk: u32 = 0; chunk < rowCount; chunk += CHUNK) {
    const end = min<u32>(rowCount, chunk + CHUNK);
    for (let tile: usize = 0; tile < columnStride; tile += 32) {
      // Four rows times eight columns, in eight registers.
      for (let row = chunk; row < end; row += 4) {
        let x = rows + <usize>row * stride;
        let y = matrix + tile;
        let a0 = f32x4.splat(0);
        let a1 = a0;
        let b0 = a0;
        let b1 = a0;
        let c0 = a0;
        let c1 = a0;
        let d0 = a0;
        let d1 = a0;
        for (const last = x + ((<usize>width) << 2); x < last; x += 4) {
          const y0 = v128.load(y);
          const y1 = v128.load(y, 16);
          y += columnStride;
          const a = v128.load32_splat(x);
          a0 = f32x4.add(a0, f32x4.mul(a, y0));
          a1 = f32x4.add(a1, f32x4.mul(a, y1));
          const b = v128.load32_splat(x + stride);
          b0 = f32x4.add(b0, f32x4.mul(b, y0));
          b1 = f32x4.add(b1, f32x4.mul(b, y1));
          const c = v128.load32_splat(x + 2 * stride);
          c0 = f32x4.add(c0, f32x4.mul(c, y0));
          c1 = f32x4.add(c1, f32x4.mul(c, y1));
          const d = v128.load32_splat(x + 3 * stride);
          d0 = f32x4.add(d0, f32x4.mul(d, y0));
          d1 = f32x4.add(d1, f32x4.mul(d, y1));
        }
        const to = target + <usize>row * columnStride + tile;
        v128.store(to, a0);
        v128.store(to, a1, 16);
        v128.store(to + columnStride, b0);
        v128.store(to + columnStride, b1, 16);
        v128.store(to + 2 * columnStride, c0);
        v128.store(to + 2 * columnStride, c1, 16);
        v128.store(to + 3 * columnStride, d0);
        v128.store(to + 3 * columnStride, d1, 16);
      }
    }
  }
}

/**
 * result += X'Y in 64-bit floats, whose last digits tell a direction from rounding: the part right of the diagonal and
 * the diagonal's tiles of four.
 *
 * @param result width × width (f64)
 * @param widened room for 2 × 64 rows of f64
 */
export function crossProduct(
  X: usize,
  Y: usize,
  rowCount: u32,
  stride: usize,
  result: usize,
  widened: usize,
): void {
  const wide = stride << 1;
  const others = widened + <usize>CHUNK * wide;
  for (let chunk: u32 = 0; chunk < rowCount; chunk += CHUNK) {
    const count = <usize>min<u32>(CHUNK, rowCount - chunk);
    widen(X + <usize>chunk * stride, count * stride, widened);
    widen(Y + <usize>chunk * stride, count * stride, others);
    for (let i: usize = 0; i < wide; i += 32) {
      for (let j = i; j < wide; j += 32) {
        let a0 = f64x2.splat(0);
        let a1 = a0;
        let b0 = a0;
        let b1 = a0;
        let c0 = a0;
        let c1 = a0;
        let d0 = a0;
        let d1 = a0;
        let x = widened + i;
        let y = others + j;
        for (const last = x + count * wide; x < last; x += wide) {
          const y0 = v128.load(y);
          const y1 = v128.load(y, 16);
          y += wide;
          const a = v128.load64_splat(x);
          a0 = f64x2.add(a0, f64x2.mul(a, y0));
          a1 = f64x2.add(a1, f64x2.mul(a, y1));
          const b = v128.load64_splat(x, 8);
          b0 = f64x2.add(b0, f64x2.mul(b, y0));
          b1 = f64x2.add(b1, f64x2.mul(b, y1));
          const c = v128.load64_splat(x, 16);
          c0 = f64x2.add(c0, f64x2.mul(c, y0));
          c1 = f64x2.add(c1, f64x2.mul(c, y1));
          const d = v128.load64_splat(x, 24);
          d0 = f64x2.add(d0, f64x2.mul(d, y0));
          d1 = f64x2.add(d1, f64x2.mul(d, y1));
        }
        // A row of the result for each column of X, which is 8 bytes wide.
        const to = result + (i >> 3) * wide + j;
        addTo(to, a0, a1);
        addTo(to + wide, b0, b1);
        addTo(to + 2 * wide, c0, c1);
        addTo(to + 3 * wide, d0, d1);
      }
    }
  }
}

function widen(from: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) {
    v128.store(to + 2 * at, f64x2.promote_low_f32x4(v128.load64_zero(from + at)));
  }
}

function addTo(at: usize, first: v128, second: v128): void {
  v128.store(at, f64x2.add(v128.load(at), first));
  v128.store(at, f64x2.add(v128.load(at, 16), second), 16);
}
