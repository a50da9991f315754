/**
 * Scores a block of records by a linear model, and says how unsure it is of each.
 *
 * The records lie by feature (src/core/features/postings.ts): a feature's weights are loaded once and added to the
 * scores of all records that hold it, so the weights stream through the processor once a block and the scores of the
 * block stay in its cache. The plain twins are in test/unit/learner/pool-scorer.test.ts.
 *
 *     posting  u16: which record of the block (12 bits) | how often it holds the feature (4 bits)
 *     scores   records × stride bytes; a record's scores are 32-bit floats, four to a vector
 */

/**
 * scores += factor[count] × weights of the feature, for every posting of the features that have a place.
 *
 * @param features their numbers (u32), ascending; `counts` (u16) how many postings each has
 * @param places by feature: which row of the weights is its own, from 1 on; 0: it weighs nothing
 * @param weights rows of `stride` bytes, of which `width` vectors (1 … 8) are added, as of the scores
 * @param factors by how often (f32 × 16)
 */
export function addTerms(
  features: usize,
  counts: usize,
  featureCount: u32,
  postings: usize,
  places: usize,
  weights: usize,
  stride: usize,
  width: u32,
  factors: usize,
  scores: usize,
): void {
  let at = postings;
  for (let i: u32 = 0; i < featureCount; i++) {
    const place = <usize>load<u32>(places + ((<usize>load<u32>(features + ((<usize>i) << 2))) << 2));
    const end = at + ((<usize>load<u16>(counts + ((<usize>i) << 1))) << 1);
    if (place !== 0) {
      const own = weights + (place - 1) * stride;
      if (width === 1) add1(at, end, own, stride, factors, scores);
      else if (width === 2) add2(at, end, own, stride, factors, scores);
      else if (width === 3) add3(at, end, own, stride, factors, scores);
      else if (width === 4) add4(at, end, own, stride, factors, scores);
      else if (width === 5) add5(at, end, own, stride, factors, scores);
      else if (width === 6) add6(at, end, own, stride, factors, scores);
      else if (width === 7) add7(at, end, own, stride, factors, scores);
      else add8(at, end, own, stride, factors, scores);
    }
    at = end;
  }
}

/** scores = scores × scale of the record + intercepts. */
export function finish(
  recordCount: u32,
  stride: usize,
  scales: usize,
  intercepts: usize,
  scores: usize,
): void {
  for (let record: u32 = 0; record < recordCount; record++) {
    const scale = v128.load32_splat(scales + ((<usize>record) << 2));
    const row = scores + <usize>record * stride;
    for (let at: usize = 0; at < stride; at += 16) {
      v128.store(row + at, f32x4.add(f32x4.mul(v128.load(row + at), scale), v128.load(intercepts + at)));
    }
  }
}

/**
 * scores += unit × scale of the record × (its dense row · dense weights).
 *
 * Rows are `pairs` × 2 bytes (i8) of a multiple of 8 dimensions. Weights are i16, for each vector of scores (four
 * classes) pairs × 8: two dimensions of the first class, the same two of the second, and so on.
 *
 * @param widened room for one row as i16
 */
export function addDense(
  rows: usize,
  scales: usize,
  recordCount: u32,
  pairs: usize,
  weights: usize,
  unit: f32,
  stride: usize,
  widened: usize,
  scores: usize,
): void {
  const tile = pairs << 4;
  for (let record: u32 = 0; record < recordCount; record++) {
    const row = rows + <usize>record * (pairs << 1);
    for (let at: usize = 0; at < pairs << 1; at += 8)
      v128.store(widened + (at << 1), v128.load8x8_s(row + at));
    const scale = f32x4.splat(unit * load<f32>(scales + ((<usize>record) << 2)));
    const own = scores + <usize>record * stride;
    let tileAt = weights;
    let at: usize = 0;
    for (; at + 64 <= stride; at += 64) {
      let a = i32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let pair: usize = 0; pair < pairs; pair++) {
        const x = v128.load32_splat(widened + (pair << 2));
        const w = tileAt + (pair << 4);
        a = i32x4.add(a, i32x4.dot_i16x8_s(x, v128.load(w)));
        b = i32x4.add(b, i32x4.dot_i16x8_s(x, v128.load(w + tile)));
        c = i32x4.add(c, i32x4.dot_i16x8_s(x, v128.load(w + 2 * tile)));
        d = i32x4.add(d, i32x4.dot_i16x8_s(x, v128.load(w + 3 * tile)));
      }
      addScaled(own + at, a, scale);
      addScaled(own + at + 16, b, scale);
      addScaled(own + at + 32, c, scale);
      addScaled(own + at + 48, d, scale);
      tileAt += 4 * tile;
    }
    for (; at < stride; at += 16) {
      let a = i32x4.splat(0);
      for (let pair: usize = 0; pair < pairs; pair++) {
        a = i32x4.add(
          a,
          i32x4.dot_i16x8_s(v128.load32_splat(widened + (pair << 2)), v128.load(tileAt + (pair << 4))),
        );
      }
      addScaled(own + at, a, scale);
      tileAt += tile;
    }
  }
}

/**
 * Of each record, from its scores by softmax: the lead of the likeliest class over the second, the entropy in nats and
 * the probability of the likeliest class. Classes that are none have the score −1e30.
 */
export function uncertainties(
  recordCount: u32,
  stride: usize,
  scores: usize,
  margins: usize,
  entropies: usize,
  confidences: usize,
): void {
  for (let record: u32 = 0; record < recordCount; record++) {
    const row = scores + <usize>record * stride;
    let firsts = f32x4.splat(-3e38);
    let seconds = firsts;
    for (let at: usize = 0; at < stride; at += 16) {
      const score = v128.load(row + at);
      seconds = f32x4.max(seconds, f32x4.min(firsts, score));
      firsts = f32x4.max(firsts, score);
    }
    // The two highest of all are the two highest of the two highest of each lane.
    let first = f32x4.extract_lane(firsts, 0);
    let second = f32x4.extract_lane(seconds, 0);
    second = max<f32>(
      second,
      max<f32>(min<f32>(first, f32x4.extract_lane(firsts, 1)), f32x4.extract_lane(seconds, 1)),
    );
    first = max<f32>(first, f32x4.extract_lane(firsts, 1));
    second = max<f32>(
      second,
      max<f32>(min<f32>(first, f32x4.extract_lane(firsts, 2)), f32x4.extract_lane(seconds, 2)),
    );
    first = max<f32>(first, f32x4.extract_lane(firsts, 2));
    second = max<f32>(
      second,
      max<f32>(min<f32>(first, f32x4.extract_lane(firsts, 3)), f32x4.extract_lane(seconds, 3)),
    );
    first = max<f32>(first, f32x4.extract_lane(firsts, 3));

    const highest = f32x4.splat(first);
    let totals = f32x4.splat(0);
    let weighted = totals;
    for (let at: usize = 0; at < stride; at += 16) {
      const below = f32x4.max(f32x4.sub(v128.load(row + at), highest), f32x4.splat(-87));
      const share = exp(below);
      totals = f32x4.add(totals, share);
      weighted = f32x4.add(weighted, f32x4.mul(share, below));
    }
    const total = sum(totals);
    const rival = f32x4.extract_lane(exp(f32x4.splat(max<f32>(second - first, -87))), 0);
    const to = (<usize>record) << 2;
    store<f32>(margins + to, (1 - rival) / total);
    store<f32>(entropies + to, max<f32>(0, log(total) - sum(weighted) / total));
    store<f32>(confidences + to, 1 / total);
  }
}

function addScaled(at: usize, dots: v128, scale: v128): void {
  v128.store(at, f32x4.add(v128.load(at), f32x4.mul(f32x4.convert_i32x4_s(dots), scale)));
}

function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** e^x for x in [−87, 0], to 2e-7 relative: 2^n × a polynomial in the rest (Cephes expf, Moshier 1989). */
function exp(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(Mathf.LOG2E)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** ln x for x ≥ 1, to 1e-7: the exponent and a polynomial in the mantissa (Cephes logf). */
function log(x: f32): f32 {
  const bits = reinterpret<u32>(x);
  let exponent: i32 = <i32>(bits >> 23) - 127;
  let mantissa = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000);
  if (mantissa > Mathf.SQRT2) {
    mantissa *= 0.5;
    exponent++;
  }
  const f = mantissa - 1;
  const z = f * f;
  let p: f32 = 7.0376836292e-2;
  p = p * f - <f32>1.151461031e-1;
  p = p * f + <f32>1.167699874e-1;
  p = p * f - <f32>1.2420140846e-1;
  p = p * f + <f32>1.4249322787e-1;
  p = p * f - <f32>1.6668057665e-1;
  p = p * f + <f32>2.0000714765e-1;
  p = p * f - <f32>2.4999993993e-1;
  p = p * f + <f32>3.3333331174e-1;
  return f * z * p - <f32>0.5 * z + f + <f32>exponent * Mathf.LN2;
}

// One function for each number of vectors, so that the weights stay in registers while the postings go by.

function add(score: usize, factor: v128, weights: v128): void {
  v128.store(score, f32x4.add(v128.load(score), f32x4.mul(factor, weights)));
}

function add1(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
  }
}

function add2(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
  }
}

function add3(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
  }
}

function add4(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  const w3 = v128.load(weights, 48);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
    add(own + 48, factor, w3);
  }
}

function add5(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  const w3 = v128.load(weights, 48);
  const w4 = v128.load(weights, 64);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
    add(own + 48, factor, w3);
    add(own + 64, factor, w4);
  }
}

function add6(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  const w3 = v128.load(weights, 48);
  const w4 = v128.load(weights, 64);
  const w5 = v128.load(weights, 80);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
    add(own + 48, factor, w3);
    add(own + 64, factor, w4);
    add(own + 80, factor, w5);
  }
}

function add7(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  const w3 = v128.load(weights, 48);
  const w4 = v128.load(weights, 64);
  const w5 = v128.load(weights, 80);
  const w6 = v128.load(weights, 96);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
    add(own + 48, factor, w3);
    add(own + 64, factor, w4);
    add(own + 80, factor, w5);
    add(own + 96, factor, w6);
  }
}

function add8(from: usize, end: usize, weights: usize, stride: usize, factors: usize, scores: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const w2 = v128.load(weights, 32);
  const w3 = v128.load(weights, 48);
  const w4 = v128.load(weights, 64);
  const w5 = v128.load(weights, 80);
  const w6 = v128.load(weights, 96);
  const w7 = v128.load(weights, 112);
  for (let at = from; at < end; at += 2) {
    const posting = <usize>load<u16>(at);
    const factor = v128.load32_splat(factors + ((posting >> 12) << 2));
    const own = scores + (posting & 0xfff) * stride;
    add(own, factor, w0);
    add(own + 16, factor, w1);
    add(own + 32, factor, w2);
    add(own + 48, factor, w3);
    add(own + 64, factor, w4);
    add(own + 80, factor, w5);
    add(own + 96, factor, w6);
    add(own + 112, factor, w7);
  }
}
