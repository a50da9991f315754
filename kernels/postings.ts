/**
 * Finds a record's terms in a block that lies by feature (src/core/features/postings.ts), eight postings at a glance.
 * The plain twin is `rowsByOnePass` there.
 *
 *     posting  u16: which record of the block (12 bits) | how often it holds the feature (4 bits)
 */

/**
 * @param steps of each run of postings, how far its feature is above that of the run before (u8)
 * @param sizes how many postings a run has (u8)
 * @param found room for a pair (u32) for each feature: its number, and how often the record holds it
 * @returns how many pairs were found, ascending by feature
 */
export function rowOf(
  steps: usize,
  sizes: usize,
  postings: usize,
  postingCount: u32,
  record: u32,
  found: usize,
): u32 {
  const wanted = i16x8.splat(<i16>record);
  const recordBits = i16x8.splat(0xfff);
  let run: usize = 0;
  let feature: u32 = load<u8>(steps);
  // The first posting behind those of the run.
  let end: u32 = load<u8>(sizes);
  let to = found;
  for (let at: u32 = 0; at < postingCount; at += 8) {
    const own = v128.load(postings + ((<usize>at) << 1));
    let hits = i16x8.bitmask(i16x8.eq(v128.and(own, recordBits), wanted));
    for (; hits !== 0; hits &= hits - 1) {
      const hit = at + ctz(hits);
      // Behind the last posting lies something else.
      if (hit >= postingCount) break;
      while (end <= hit) {
        run++;
        feature += <u32>load<u8>(steps + run);
        end += <u32>load<u8>(sizes + run);
      }
      store<u32>(to, feature);
      store<u32>(to, load<u16>(postings + ((<usize>hit) << 1)) >> 12, 4);
      to += 8;
    }
  }
  return <u32>((to - found) >> 3);
}
