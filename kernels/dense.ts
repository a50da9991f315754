/**
 * From a block's sums of term vectors to the dense parts of its records, a byte a dimension. The plain twin is
 * `denseParts` in src/core/features/pool-features.ts; test/unit/learner/pool-scorer.test.ts compares them.
 */

/**
 * Of each record [ b / ‖b‖ | wordWeight (c / ‖c‖ − centre) / ‖…‖ ], rounded to 127ths of its largest number; zeros stay.
 *
 * @param sums tiles of 32 dimensions (f32): `tileBytes` each, 128 bytes a record
 * @param latent how many dimensions are b's; `words`: c's
 * @param centre f32 × words
 * @param row room for latent + words f32
 * @param rows i8, `stride` a record; `scales` f32: what the bytes are to be multiplied by
 */
export function roundRows(
  sums: usize,
  tileBytes: usize,
  recordCount: u32,
  latent: u32,
  words: u32,
  centre: usize,
  wordWeight: f32,
  row: usize,
  rows: usize,
  stride: usize,
  scales: usize,
): void {
  const bEnd = row + ((<usize>latent) << 2);
  const end = bEnd + ((<usize>words) << 2);
  for (let record: u32 = 0; record < recordCount; record++) {
    const own = sums + ((<usize>record) << 7);
    for (let at: usize = 0; at < end - row; at += 4) {
      store<f32>(row + at, load<f32>(own + (at >> 7) * tileBytes + (at & 127)));
    }
    scaleTo(1, row, bEnd);
    scaleTo(1, bEnd, end);
    for (let at: usize = 0; at < end - bEnd; at += 4) {
      store<f32>(bEnd + at, load<f32>(bEnd + at) - load<f32>(centre + at));
    }
    scaleTo(wordWeight, bEnd, end);
    let most: f32 = 0;
    for (let at = row; at < end; at += 4) most = max<f32>(most, abs<f32>(load<f32>(at)));
    if (most === 0) continue;
    const scale: f32 = 127 / most;
    const to = rows + <usize>record * stride;
    for (let at: usize = 0; at < end - row; at += 4) {
      store<i8>(to + (at >> 2), <i8>(<i32>nearest<f32>(load<f32>(row + at) * scale)));
    }
    store<f32>(scales + ((<usize>record) << 2), most / 127);
  }
}

function scaleTo(length: f32, from: usize, end: usize): void {
  let squares: f32 = 0;
  for (let at = from; at < end; at += 4) squares += load<f32>(at) * load<f32>(at);
  if (squares === 0) return;
  const scale: f32 = length / sqrt<f32>(squares);
  for (let at = from; at < end; at += 4) store<f32>(at, load<f32>(at) * scale);
}
