/**
 * What Newton's method for a softmax of linear scores does beside products with the rows (gather.ts), see
 * src/core/model/logistic-regression.ts. Plain twins are in test/unit/model/newton.test.ts.
 *
 *     matrix  rowCount rows of `width` numbers, one a class: a multiple of four, so that the last ones may be of no class
 *
 * Points are in 64-bit floats, whose last digits tell an optimum from its surroundings; directions, which need not be
 * exact, in 32-bit ones.
 */

const LOG2E: f64 = Math.LOG2E;
/** ln 2 in two parts, of which the first has so few digits that its small multiples are exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** Added to a small whole number it leaves that in the last bits. */
const MAGIC: f64 = 6755399441055744.0;
/** e to this is the smallest there is room for. */
const LEAST_EXPONENT: f64 = -708.0;

/**
 * The objective at A + step·X, Z + step·XZ and intercepts b, and what its derivatives are made of.
 *
 * @param A coefficients, Z scores (f64 matrices); X, XZ the direction (f32 matrices)
 * @param b intercepts (f64 × width); −1e300 where there is no class
 * @param targets the class of each row (u32); `weights` what each counts (f64)
 * @param P gets the probabilities (f32 matrix)
 * @param E gets A + step·X + weight × (P − target), the gradient's coefficients (f32 matrix)
 * @param sums gets the columns' sums of weight × (P − target), and behind them of weight × P(1 − P) (f64 × 2 width)
 * @param totals gets each row's sum of e^(score − that of the likeliest class) (f64), whose logarithms the objective lacks
 * @param shares room for one row (f64 × width)
 * @returns half of the product of coefficients and scores, and the weighted sum of what the likeliest class scores more
 *   than the target
 */
export function evaluate(
  rowCount: u32,
  width: usize,
  A: usize,
  Z: usize,
  step: f64,
  X: usize,
  XZ: usize,
  b: usize,
  targets: usize,
  weights: usize,
  P: usize,
  E: usize,
  sums: usize,
  totals: usize,
  shares: usize,
): f64 {
  const end = width << 3;
  memory.fill(sums, 0, 2 * end);
  const steps = f64x2.splat(step);
  let penalty = f64x2.splat(0);
  let loss: f64 = 0;
  for (let row: u32 = 0; row < rowCount; row++) {
    let highest = f64x2.splat(-Infinity);
    for (let at: usize = 0; at < end; at += 16) {
      const moved = f64x2.mul(steps, f64x2.promote_low_f32x4(v128.load64_zero(XZ + (at >> 1))));
      const score = f64x2.add(f64x2.add(v128.load(Z + at), moved), v128.load(b + at));
      highest = f64x2.pmax(highest, score);
      v128.store(shares + at, score);
    }
    highest = f64x2.pmax(highest, v128.shuffle<f64>(highest, highest, 1, 0));
    const target = load<u32>(targets);
    const own = load<f64>(shares + ((<usize>target) << 3)) - f64x2.extract_lane(highest, 0);
    let sum = f64x2.splat(0);
    for (let at: usize = 0; at < end; at += 16) {
      const share = exponential(f64x2.sub(v128.load(shares + at), highest));
      sum = f64x2.add(sum, share);
      v128.store(shares + at, share);
    }
    const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    store<f64>(totals, total);
    const weight = load<f64>(weights);
    loss -= weight * own;
    const scale = f64x2.splat(1 / total);
    const weighted = f64x2.splat(weight);
    for (let at: usize = 0; at < end; at += 16) {
      const p = f64x2.mul(scale, v128.load(shares + at));
      const residual = f64x2.mul(weighted, p);
      v128.store64_lane(P + (at >> 1), f32x4.demote_f64x2_zero(p), 0);
      const curved = f64x2.mul(residual, f64x2.sub(f64x2.splat(1), p));
      v128.store(sums + at, f64x2.add(v128.load(sums + at), residual));
      v128.store(sums + end + at, f64x2.add(v128.load(sums + end + at), curved));
      const x = f64x2.mul(steps, f64x2.promote_low_f32x4(v128.load64_zero(X + (at >> 1))));
      const xz = f64x2.mul(steps, f64x2.promote_low_f32x4(v128.load64_zero(XZ + (at >> 1))));
      const a = f64x2.add(v128.load(A + at), x);
      penalty = f64x2.add(penalty, f64x2.mul(a, f64x2.add(v128.load(Z + at), xz)));
      v128.store(shares + at, f64x2.add(a, residual));
    }
    const place = (<usize>target) << 3;
    store<f64>(sums + place, load<f64>(sums + place) - weight);
    store<f64>(shares + place, load<f64>(shares + place) - weight);
    for (let at: usize = 0; at < end; at += 16) {
      v128.store64_lane(E + (at >> 1), f32x4.demote_f64x2_zero(v128.load(shares + at)), 0);
    }
    A += end;
    Z += end;
    X += end >> 1;
    XZ += end >> 1;
    P += end >> 1;
    E += end >> 1;
    targets += 4;
    weights += 8;
    totals += 8;
  }
  return (f64x2.extract_lane(penalty, 0) + f64x2.extract_lane(penalty, 1)) / 2 + loss;
}

/** e^x for x ≤ 0, to 14 digits: 2ⁿ times the series of what is left of the exponent, at most ln 2 / 2. */
function exponential(x: v128): v128 {
  const bounded = f64x2.pmax(x, f64x2.splat(LEAST_EXPONENT));
  const n = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(LOG2E)));
  const rest = f64x2.sub(
    f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(LN2_HIGH))),
    f64x2.mul(n, f64x2.splat(LN2_LOW)),
  );
  let sum = f64x2.splat(1.0 / 39916800.0);
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 3628800.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 362880.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(0.5));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1));
  sum = f64x2.add(f64x2.mul(sum, rest), f64x2.splat(1));
  // The exponent's bits are the first: n added there multiplies by 2ⁿ.
  return i64x2.add(sum, i64x2.shl(f64x2.add(n, f64x2.splat(MAGIC)), 52));
}

/** target += step × source, f64 and f32. */
export function advance(length: usize, step: f64, source: usize, target: usize): void {
  const steps = f64x2.splat(step);
  for (const last = target + (length << 3); target < last; target += 16, source += 8) {
    const moved = f64x2.mul(steps, f64x2.promote_low_f32x4(v128.load64_zero(source)));
    v128.store(target, f64x2.add(v128.load(target), moved));
  }
}

/** The inner product of two f32 arrays of a multiple of four, added up in 64-bit floats. */
export function dot(length: usize, u: usize, v: usize): f64 {
  let sum = f64x2.splat(0);
  for (const last = u + (length << 2); u < last; u += 16, v += 16) {
    sum = withProducts(sum, f32x4.mul(v128.load(u), v128.load(v)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function withProducts(sum: v128, products: v128): v128 {
  const other = v128.shuffle<f64>(products, products, 1, 0);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(products), f64x2.promote_low_f32x4(other)));
}

/**
 * T = weight × (diag(P) − PP')(V + b), row by row: the loss's curvature times scores.
 *
 * @param V, P, T f32 matrices; `b` f32 × width; `weights` f64
 * @param sums gets the columns' sums of T (f64 × width)
 * @returns the inner product of T and V + b
 */
export function curve(
  rowCount: u32,
  width: usize,
  P: usize,
  weights: usize,
  V: usize,
  b: usize,
  T: usize,
  sums: usize,
): f64 {
  const end = width << 2;
  memory.fill(sums, 0, 2 * end);
  let product = f64x2.splat(0);
  for (let row: u32 = 0; row < rowCount; row++) {
    let means = f32x4.splat(0);
    for (let at: usize = 0; at < end; at += 16) {
      const v = f32x4.add(v128.load(V + at), v128.load(b + at));
      means = f32x4.add(means, f32x4.mul(v128.load(P + at), v));
    }
    means = f32x4.add(means, v128.shuffle<f32>(means, means, 2, 3, 0, 1));
    means = f32x4.add(means, v128.shuffle<f32>(means, means, 1, 0, 3, 2));
    const weight = f32x4.splat(<f32>load<f64>(weights));
    for (let at: usize = 0; at < end; at += 16) {
      const v = f32x4.add(v128.load(V + at), v128.load(b + at));
      const t = f32x4.mul(f32x4.mul(weight, v128.load(P + at)), f32x4.sub(v, means));
      v128.store(T + at, t);
      product = withProducts(product, f32x4.mul(t, v));
      const to = sums + (at << 1);
      v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(t)));
      const upper = f64x2.promote_low_f32x4(v128.shuffle<f64>(t, t, 1, 0));
      v128.store(to, f64x2.add(v128.load(to, 16), upper), 16);
    }
    P += end;
    V += end;
    T += end;
    weights += 8;
  }
  return f64x2.extract_lane(product, 0) + f64x2.extract_lane(product, 1);
}

/**
 * One step of conjugate gradients: x += alpha·p, r −= alpha·(p + t), in coefficients and in scores.
 *
 * @param length of each f32 array, a multiple of four
 * @returns the new inner product of r's coefficients and scores
 */
export function descend(
  length: usize,
  alpha: f32,
  pA: usize,
  pZ: usize,
  tA: usize,
  tZ: usize,
  xA: usize,
  xZ: usize,
  rA: usize,
  rZ: usize,
): f64 {
  const alphas = f32x4.splat(alpha);
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < length << 2; at += 16) {
    const p = v128.load(pA + at);
    const pz = v128.load(pZ + at);
    v128.store(xA + at, f32x4.add(v128.load(xA + at), f32x4.mul(alphas, p)));
    v128.store(xZ + at, f32x4.add(v128.load(xZ + at), f32x4.mul(alphas, pz)));
    const r = f32x4.sub(v128.load(rA + at), f32x4.mul(alphas, f32x4.add(p, v128.load(tA + at))));
    const rz = f32x4.sub(v128.load(rZ + at), f32x4.mul(alphas, f32x4.add(pz, v128.load(tZ + at))));
    v128.store(rA + at, r);
    v128.store(rZ + at, rz);
    sum = withProducts(sum, f32x4.mul(r, rz));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * The next direction of conjugate gradients: p = r + beta·p, in coefficients and in scores.
 *
 * @returns the inner product of p's coefficients and scores
 */
export function turn(length: usize, beta: f32, rA: usize, rZ: usize, pA: usize, pZ: usize): f64 {
  const betas = f32x4.splat(beta);
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < length << 2; at += 16) {
    const p = f32x4.add(v128.load(rA + at), f32x4.mul(betas, v128.load(pA + at)));
    const pz = f32x4.add(v128.load(rZ + at), f32x4.mul(betas, v128.load(pZ + at)));
    v128.store(pA + at, p);
    v128.store(pZ + at, pz);
    sum = withProducts(sum, f32x4.mul(p, pz));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** sums = Σ share of the row × row: f32 matrix, f64 shares and sums. */
export function average(rowCount: u32, width: usize, matrix: usize, shares: usize, sums: usize): void {
  const end = width << 3;
  memory.fill(sums, 0, end);
  for (let row: u32 = 0; row < rowCount; row++) {
    const share = v128.load64_splat(shares);
    for (let at: usize = 0; at < end; at += 16) {
      const own = f64x2.promote_low_f32x4(v128.load64_zero(matrix + (at >> 1)));
      v128.store(sums + at, f64x2.add(v128.load(sums + at), f64x2.mul(share, own)));
    }
    matrix += end >> 1;
    shares += 8;
  }
}

/** matrix −= share of the row × sums: f32 matrix, f64 shares and sums. */
export function centre(rowCount: u32, width: usize, matrix: usize, shares: usize, sums: usize): void {
  for (let row: u32 = 0; row < rowCount; row++) {
    const share = v128.load64_splat(shares);
    for (let at: usize = 0; at < width << 2; at += 8) {
      const less = f32x4.demote_f64x2_zero(f64x2.mul(share, v128.load(sums + (at << 1))));
      v128.store64_lane(matrix + at, f32x4.sub(v128.load64_zero(matrix + at), less), 0);
    }
    matrix += width << 2;
    shares += 8;
  }
}
