/**
 * Finds a record's terms in a block that lies by feature (src/core/features/postings.ts), eight postings at a glance.
 * The plain twin is `rowsByOnePass` there.
 *
 *     posting  u16: which record of the block (12 bits) | how often it holds the feature (4 bits)
 */

/**
 * @param counts how many postings each feature has (u16); `features` are their numbers (u32)
 * @param found room for a pair (u32) for each feature: its number, and how often the record holds it
 * @returns how many pairs were found, ascending by feature
 */
export function rowOf(
  features: usize,
  counts: usize,
  postings: usize,
  postingCount: u32,
  record: u32,
  found: usize,
): u32 {
  const wanted = i16x8.splat(<i16>record);
  const recordBits = i16x8.splat(0xfff);
  let place: usize = 0;
  // The first posting behind those of the feature at `place`.
  let end: u32 = load<u16>(counts);
  let to = found;
  for (let at: u32 = 0; at < postingCount; at += 8) {
    const own = v128.load(postings + ((<usize>at) << 1));
    let hits = i16x8.bitmask(i16x8.eq(v128.and(own, recordBits), wanted));
    for (; hits !== 0; hits &= hits - 1) {
      const hit = at + ctz(hits);
      // Behind the last posting lies something else.
      if (hit >= postingCount) break;
      while (end <= hit) end += load<u16>(counts + (++place << 1));
      store<u32>(to, load<u32>(features + (place << 2)));
      store<u32>(to, load<u16>(postings + ((<usize>hit) << 1)) >> 12, 4);
      to += 8;
    }
  }
  return <u32>((to - found) >> 3);
}
