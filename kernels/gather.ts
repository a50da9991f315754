/**
 * The product of a sparse matrix with a dense one of eight or four columns, in 64-bit floats: rows of the dense matrix
 * are gathered by index, so that each is one line of the cache. The plain twin is `sparseProduct` in
 * src/core/features/linear-algebra.ts.
 *
 *     starts (u32, rowCount + 1) | columns (u32) | values (f64)
 */

/** target[row] = Σ value × source[column], rows of eight. */
export function gather8(
  starts: usize,
  columns: usize,
  values: usize,
  rowCount: u32,
  source: usize,
  target: usize,
): void {
  for (let row: u32 = 0; row < rowCount; row++) {
    const from = load<u32>(starts + ((<usize>row) << 2));
    const end = load<u32>(starts + ((<usize>row) << 2), 4);
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let at = from; at < end; at++) {
      const own = source + ((<usize>load<u32>(columns + ((<usize>at) << 2))) << 6);
      const value = v128.load64_splat(values + ((<usize>at) << 3));
      a = f64x2.add(a, f64x2.mul(value, v128.load(own)));
      b = f64x2.add(b, f64x2.mul(value, v128.load(own, 16)));
      c = f64x2.add(c, f64x2.mul(value, v128.load(own, 32)));
      d = f64x2.add(d, f64x2.mul(value, v128.load(own, 48)));
    }
    const to = target + ((<usize>row) << 6);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

/** The same for rows of four. */
export function gather4(
  starts: usize,
  columns: usize,
  values: usize,
  rowCount: u32,
  source: usize,
  target: usize,
): void {
  for (let row: u32 = 0; row < rowCount; row++) {
    const from = load<u32>(starts + ((<usize>row) << 2));
    const end = load<u32>(starts + ((<usize>row) << 2), 4);
    let a = f64x2.splat(0);
    let b = a;
    for (let at = from; at < end; at++) {
      const own = source + ((<usize>load<u32>(columns + ((<usize>at) << 2))) << 5);
      const value = v128.load64_splat(values + ((<usize>at) << 3));
      a = f64x2.add(a, f64x2.mul(value, v128.load(own)));
      b = f64x2.add(b, f64x2.mul(value, v128.load(own, 16)));
    }
    const to = target + ((<usize>row) << 5);
    v128.store(to, a);
    v128.store(to, b, 16);
  }
}

/**
 * The same in 32-bit floats for any number of columns, of which some are wanted, and with a diagonal beside the matrix:
 * target[row] = diagonal[row] × own[row] + Σ value × source[column].
 *
 * @param values f32
 * @param sourceStride bytes from row to row of the source, as `targetStride` of the target and of `own`
 * @param width bytes of a row that are wanted, a multiple of 16
 * @param diagonal f32, by row; 0 where there is none
 */
export function gather(
  starts: usize,
  columns: usize,
  values: usize,
  rowCount: u32,
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  width: usize,
  diagonal: usize,
  own: usize,
): void {
  let end = columns + ((<usize>load<u32>(starts)) << 2);
  const toValue = values - columns;
  for (let row: u32 = 0; row < rowCount; row++) {
    const from = end;
    end = columns + ((<usize>load<u32>(starts + ((<usize>row) << 2), 4)) << 2);
    let tile: usize = 0;
    for (; tile + 64 <= width; tile += 64) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let at = from; at < end; at += 4) {
        const x = source + <usize>load<u32>(at) * sourceStride + tile;
        const value = v128.load32_splat(at + toValue);
        a = f32x4.add(a, f32x4.mul(value, v128.load(x)));
        b = f32x4.add(b, f32x4.mul(value, v128.load(x, 16)));
        c = f32x4.add(c, f32x4.mul(value, v128.load(x, 32)));
        d = f32x4.add(d, f32x4.mul(value, v128.load(x, 48)));
      }
      v128.store(target + tile, a);
      v128.store(target + tile, b, 16);
      v128.store(target + tile, c, 32);
      v128.store(target + tile, d, 48);
    }
    for (; tile < width; tile += 16) {
      let a = f32x4.splat(0);
      let b = a;
      let at = from;
      for (; at + 4 < end; at += 8) {
        const x = source + <usize>load<u32>(at) * sourceStride + tile;
        const y = source + <usize>load<u32>(at, 4) * sourceStride + tile;
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(at + toValue), v128.load(x)));
        b = f32x4.add(b, f32x4.mul(v128.load32_splat(at + toValue, 4), v128.load(y)));
      }
      if (at < end) {
        const x = source + <usize>load<u32>(at) * sourceStride + tile;
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(at + toValue), v128.load(x)));
      }
      v128.store(target + tile, f32x4.add(a, b));
    }
    if (diagonal !== 0) {
      const value = v128.load32_splat(diagonal + ((<usize>row) << 2));
      for (let at: usize = 0; at < width; at += 16) {
        const x = f32x4.mul(value, v128.load(own + at));
        v128.store(target + at, f32x4.add(v128.load(target + at), x));
      }
      own += targetStride;
    }
    target += targetStride;
  }
}
