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
