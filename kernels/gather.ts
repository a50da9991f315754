/**
 * A few thousand sparse rows laid out for products, and products of them with dense matrices: rows of the dense matrix
 * are gathered by index. Plain twins are in test/unit/model/gram.test.ts.
 *
 *     sparse matrix   starts (u32, rowCount + 1) | columns (u32) | values (f32)
 */

/**
 * Lays rows out anew: without the columns that one row alone holds, the others numbered in the order in which rows first
 * hold them; and by columns, where those of one row alone come last.
 *
 * @param starts, columns, values the rows
 * @param holders by column zeros (u32), and zeros again at the end
 * @param places by column −1 (i32); gets the number of each that a row holds
 * @param names gets by number the column (u32)
 * @param diagonal gets by row the sum of squares of what it alone holds (f64)
 * @param next room for a number a column that a row holds (u32)
 * @param counts gets how many columns several rows hold, and how many any row (u32)
 */
export function arrange(
  rowCount: u32,
  starts: usize,
  columns: usize,
  values: usize,
  holders: usize,
  places: usize,
  names: usize,
  diagonal: usize,
  rowStarts: usize,
  rowColumns: usize,
  rowValues: usize,
  columnStarts: usize,
  columnRows: usize,
  columnValues: usize,
  next: usize,
  counts: usize,
): void {
  const length = load<u32>(starts + ((<usize>rowCount) << 2));
  let shared: u32 = 0;
  let all: u32 = 0;
  for (let at: u32 = 0; at < length; at++) {
    const holder = holders + ((<usize>load<u32>(columns + ((<usize>at) << 2))) << 2);
    const before = load<u32>(holder);
    store<u32>(holder, before + 1);
    if (before === 0) all++;
    if (before === 1) shared++;
  }
  store<u32>(counts, shared);
  store<u32>(counts, all, 4);

  let filled: u32 = 0;
  let number: u32 = 0;
  let single = shared;
  // Behind all that several rows hold.
  let singleAt = length - (all - shared);
  store<u32>(rowStarts, 0);
  for (let row: u32 = 0; row < rowCount; row++) {
    const end = load<u32>(starts + ((<usize>row) << 2), 4);
    let squares: f64 = 0;
    for (let at = load<u32>(starts + ((<usize>row) << 2)); at < end; at++) {
      const column = load<u32>(columns + ((<usize>at) << 2));
      const value = load<f32>(values + ((<usize>at) << 2));
      const place = places + ((<usize>column) << 2);
      if (load<u32>(holders + ((<usize>column) << 2)) === 1) {
        squares += <f64>value * <f64>value;
        store<u32>(place, single);
        store<u32>(names + ((<usize>single) << 2), column);
        store<u32>(columnRows + ((<usize>singleAt) << 2), row);
        store<f32>(columnValues + ((<usize>singleAt) << 2), value);
        single++;
        singleAt++;
      } else {
        if (load<i32>(place) < 0) {
          store<u32>(place, number);
          store<u32>(names + ((<usize>number) << 2), column);
          number++;
        }
        store<u32>(rowColumns + ((<usize>filled) << 2), load<u32>(place));
        store<f32>(rowValues + ((<usize>filled) << 2), value);
        filled++;
      }
    }
    store<f64>(diagonal + ((<usize>row) << 3), squares);
    store<u32>(rowStarts + ((<usize>row) << 2), filled, 4);
  }

  let begin: u32 = 0;
  for (let place: u32 = 0; place < all; place++) {
    const at = (<usize>place) << 2;
    const holder = holders + ((<usize>load<u32>(names + at)) << 2);
    store<u32>(columnStarts + at, begin);
    store<u32>(next + at, begin);
    begin += load<u32>(holder);
    store<u32>(holder, 0);
  }
  store<u32>(columnStarts + ((<usize>all) << 2), begin);
  for (let row: u32 = 0; row < rowCount; row++) {
    const end = load<u32>(rowStarts + ((<usize>row) << 2), 4);
    for (let at = load<u32>(rowStarts + ((<usize>row) << 2)); at < end; at++) {
      const own = next + ((<usize>load<u32>(rowColumns + ((<usize>at) << 2))) << 2);
      const to = load<u32>(own);
      store<u32>(own, to + 1);
      store<u32>(columnRows + ((<usize>to) << 2), row);
      store<f32>(columnValues + ((<usize>to) << 2), load<f32>(rowValues + ((<usize>at) << 2)));
    }
  }
}

/**
 * target[row] = diagonal[row] × own[row] + Σ value × source[column], in 32-bit floats.
 *
 * @param sourceStride bytes from row to row of the source, as `targetStride` of the target and of `own`
 * @param width bytes of a row that are wanted, a multiple of 16
 * @param diagonal f32, by row; 0 where there is none
 */
export function gather32(
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
  product<f32>(starts, columns, values, rowCount, source, sourceStride, target, targetStride, width);
  if (diagonal === 0) return;
  for (let row: u32 = 0; row < rowCount; row++) {
    const value = v128.load32_splat(diagonal + ((<usize>row) << 2));
    for (let at: usize = 0; at < width; at += 16) {
      const added = f32x4.mul(value, v128.load(own + at));
      v128.store(target + at, f32x4.add(v128.load(target + at), added));
    }
    own += targetStride;
    target += targetStride;
  }
}

/** target[row] = Σ value × source[column], in 64-bit floats: see `gather32`. */
export function gather64(
  starts: usize,
  columns: usize,
  values: usize,
  rowCount: u32,
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  width: usize,
): void {
  product<f64>(starts, columns, values, rowCount, source, sourceStride, target, targetStride, width);
}

function product<T>(
  starts: usize,
  columns: usize,
  values: usize,
  rowCount: u32,
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  width: usize,
): void {
  let end = load<u32>(starts);
  for (let row: u32 = 0; row < rowCount; row++) {
    const from = end;
    end = load<u32>(starts + ((<usize>row) << 2), 4);
    let tile: usize = 0;
    for (; tile + 64 <= width; tile += 64) {
      let a = v128.splat<T>(<T>0);
      let b = a;
      let c = a;
      let d = a;
      for (let at = from; at < end; at++) {
        const x = source + <usize>load<u32>(columns + ((<usize>at) << 2)) * sourceStride + tile;
        const value = v128.splat<T>(<T>load<f32>(values + ((<usize>at) << 2)));
        a = v128.add<T>(a, v128.mul<T>(value, v128.load(x)));
        b = v128.add<T>(b, v128.mul<T>(value, v128.load(x, 16)));
        c = v128.add<T>(c, v128.mul<T>(value, v128.load(x, 32)));
        d = v128.add<T>(d, v128.mul<T>(value, v128.load(x, 48)));
      }
      v128.store(target + tile, a);
      v128.store(target + tile, b, 16);
      v128.store(target + tile, c, 32);
      v128.store(target + tile, d, 48);
    }
    for (; tile < width; tile += 16) {
      // Two sums, because one would wait for itself.
      let a = v128.splat<T>(<T>0);
      let b = a;
      let at = from;
      for (; at + 1 < end; at += 2) {
        const x = source + <usize>load<u32>(columns + ((<usize>at) << 2)) * sourceStride + tile;
        const y = source + <usize>load<u32>(columns + ((<usize>at) << 2), 4) * sourceStride + tile;
        const own = values + ((<usize>at) << 2);
        a = v128.add<T>(a, v128.mul<T>(v128.splat<T>(<T>load<f32>(own)), v128.load(x)));
        b = v128.add<T>(b, v128.mul<T>(v128.splat<T>(<T>load<f32>(own, 4)), v128.load(y)));
      }
      if (at < end) {
        const x = source + <usize>load<u32>(columns + ((<usize>at) << 2)) * sourceStride + tile;
        const value = v128.splat<T>(<T>load<f32>(values + ((<usize>at) << 2)));
        a = v128.add<T>(a, v128.mul<T>(value, v128.load(x)));
      }
      v128.store(target + tile, v128.add<T>(a, b));
    }
    target += targetStride;
  }
}
