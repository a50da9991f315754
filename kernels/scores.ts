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
 * @param steps of each run of postings, how far its feature is above that of the run before (u8)
 * @param sizes how many postings a run has (u8)
 * @param places by feature: which row of the weights is its own, from 1 on; 0: it weighs nothing
 * @param weights rows of `stride` bytes, of which `width` vectors (1 … 8) are added, as of the scores
 * @param factors by how often (f32 × 16)
 */
export function addTerms(
  steps: usize,
  sizes: usize,
  runCount: u32,
  postings: usize,
  places: usize,
  weights: usize,
  stride: usize,
  width: u32,
  factors: usize,
  scores: usize,
): void {
  let at = postings;
  let feature: usize = 0;
  for (let run: usize = 0; run < <usize>runCount; run++) {
    feature += <usize>load<u8>(steps + run);
    const place = <usize>load<u32>(places + (feature << 2));
    const end = at + ((<usize>load<u8>(sizes + run)) << 1);
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

/** Makes so many bytes zero. */
export function clear(address: usize, bytes: usize): void {
  memory.fill(address, 0, bytes);
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
 *
 * `pmin` and `pmax` are one instruction where `min` and `max`, which look after NaN, are eight.
 *
 * @param margins f32 a record, as the other two; whole vectors of them are written, so up to three more than there are
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
    let highest = v128.load(row);
    for (let at: usize = 16; at < stride; at += 16) highest = f32x4.pmax(highest, v128.load(row + at));
    highest = f32x4.pmax(highest, v128.shuffle<f32>(highest, highest, 2, 3, 0, 1));
    highest = f32x4.pmax(highest, v128.shuffle<f32>(highest, highest, 1, 0, 3, 2));

    // Shares of the likeliest class's: that one's is 1.
    let totals = f32x4.splat(0);
    let weighted = totals;
    let firsts = totals;
    let seconds = totals;
    for (let at: usize = 0; at < stride; at += 16) {
      const below = f32x4.pmax(f32x4.sub(v128.load(row + at), highest), f32x4.splat(-87));
      const share = exp(below);
      totals = f32x4.add(totals, share);
      weighted = f32x4.add(weighted, f32x4.mul(share, below));
      seconds = f32x4.pmax(seconds, f32x4.pmin(firsts, share));
      firsts = f32x4.pmax(firsts, share);
    }
    // The two highest of all are the two highest of the two highest of each lane.
    let others = v128.shuffle<f32>(firsts, firsts, 2, 3, 0, 1);
    seconds = f32x4.pmax(seconds, v128.shuffle<f32>(seconds, seconds, 2, 3, 0, 1));
    seconds = f32x4.pmax(seconds, f32x4.pmin(firsts, others));
    firsts = f32x4.pmax(firsts, others);
    others = v128.shuffle<f32>(firsts, firsts, 1, 0, 3, 2);
    seconds = f32x4.pmax(seconds, v128.shuffle<f32>(seconds, seconds, 1, 0, 3, 2));
    seconds = f32x4.pmax(seconds, f32x4.pmin(firsts, others));

    const to = (<usize>record) << 2;
    v128.store32_lane(margins + to, seconds, 0);
    store<f32>(entropies + to, sum(weighted));
    store<f32>(confidences + to, sum(totals));
  }
  // What is the same for every number of classes, four records at once.
  for (let at: usize = 0; at < (<usize>recordCount) << 2; at += 16) {
    const total = v128.load(confidences + at);
    const mean = f32x4.div(v128.load(entropies + at), total);
    v128.store(margins + at, f32x4.div(f32x4.sub(f32x4.splat(1), v128.load(margins + at)), total));
    v128.store(entropies + at, f32x4.pmax(f32x4.splat(0), f32x4.sub(log(total), mean)));
    v128.store(confidences + at, f32x4.div(f32x4.splat(1), total));
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
  // 1.5 × 2²³ more leaves no room for a fraction: n is rounded, and its bits are the lowest.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(Mathf.LOG2E)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  // Times 2^n: n more in the exponent.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** ln x for x ≥ 1, to 1e-7: the exponent and a polynomial in the mantissa (Cephes logf). */
function log(x: v128): v128 {
  // A mantissa of √2 or more is halved: the polynomial is for what is near 1.
  const halved = i32x4.shr_u(
    i32x4.add(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x800000 - 0x3504f3)),
    23,
  );
  const exponent = f32x4.convert_i32x4_s(i32x4.add(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)), halved));
  const mantissa = i32x4.sub(
    v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000)),
    i32x4.shl(halved, 23),
  );
  const f = f32x4.sub(mantissa, f32x4.splat(1));
  const z = f32x4.mul(f, f);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.167699874e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
  const rest = f32x4.sub(f32x4.mul(f32x4.mul(f, z), p), f32x4.mul(f32x4.splat(0.5), z));
  return f32x4.add(f32x4.add(rest, f), f32x4.mul(exponent, f32x4.splat(Mathf.LN2)));
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
