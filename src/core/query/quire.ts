/**
 * QUIRE (Huang, Jin & Zhou 2010): informative and representative records by one min–max rule.
 *
 * With a kernel K, M = K + λI and L = M⁻¹, a labelling y of all records costs yᵀLy. A record s is worth asking where
 * the worst of its answers costs least, the labels of all other unlabelled records u being as fits best:
 *
 *     argmin_s  max_{y_s}  min_{y_u}  yᵀ L y .
 *
 * The paper lets y_u be real and inverts L_uu for every candidate. That is more than needed: a Schur complement of an
 * inverse is the inverse of a block, so u drops out, and what is left is ridge regression on the answers,
 *
 *     min_{y_u} yᵀLy = (cost of the answers) + (y_s − m_s)² / v_s ,
 *     m_s = K_sl M_ll⁻¹ y_l ,   v_s = M_ss − K_sl M_ll⁻¹ K_ls :
 *
 * the worst answer of ±1 costs (1 + |m_s|)² / v_s. So asked first is what lies near the boundary (small |m|) and far
 * from the answers (large v). The kernel is the scalar product in the pool's space, of d dimensions, where with
 * A = (ZᵀZ + λI)⁻¹ over the answered rows Z:  m_s = z_sᵀ A Zᵀ y_l  and  v_s = λ (1 + z_sᵀ A z_s).
 *
 * The paper has two classes. For K of them answer c has the target 1 in place c and −1/(K−1) elsewhere (Lee, Lin &
 * Wahba 2004), which are the paper's ±1 for two. In a batch each chosen record counts as answered as expected: that
 * leaves every m as it is and narrows v.
 */
import { type DenseRows, dotOfRows, gatherRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';
import { choleskyFactor, solveLower, weightedGram } from './cholesky.ts';
import { spaceOf } from './coverage.ts';
import { examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

/** λ, as in the paper's experiments. */
const RIDGE = 1;

export const quire: QueryStrategy = {
  name: 'quire',
  summary:
    'Asks where even the worst answer would fit in with all records, near a boundary and away from the answers. Good when few answers must stand for a pool with clear groups.',
  citation:
    'Huang, Jin & Zhou 2010, "Active Learning by Querying Informative and Representative Examples"; Lee, Lin & Wahba 2004',
  cost: 'a ridge regression in the pool’s space, on at most 5,000 candidates',
  needsModel: false,
  needsSpace: true,
  select,
};

function select(pool: PoolView, size: number, random: Random): Selection {
  const positions = examined(pool, size, random);
  const rows = spaceOf(pool).rows(positions);
  const { rowCount, dimensions: d } = rows;
  const answered = pool.labelled.rows?.() ?? { rowCount: 0, dimensions: d, values: new Float64Array(0) };
  const L = choleskyFactor(weightedGram(answered, undefined, RIDGE), d);
  // u = L⁻¹ z, so that z A z' = u · u'.
  const solved = { rowCount, dimensions: d, values: rows.values.slice() };
  for (let at = 0; at < rowCount; at++) solveLower(L, solved.values.subarray(at * d, (at + 1) * d));
  const costs = worstCosts(pool, solved, answered, L);
  const spread = Float64Array.from({ length: rowCount }, (_, at) => dotOfRows(solved, at, solved, at));

  const open = new Uint8Array(rowCount).fill(1);
  const taken: { direction: DenseRows; norm: number }[] = [];
  const chosen: number[] = [];
  const utilities: number[] = [];
  while (chosen.length < Math.min(size, rowCount)) {
    let [winner, most] = [-1, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < rowCount; at++) {
      // The least cost, said as the highest utility.
      const utility = (RIDGE * (1 + spread[at]!)) / costs[at]!;
      if (open[at] && utility > most) [winner, most] = [at, utility];
    }
    open[winner] = 0;
    chosen.push(winner);
    utilities.push(most);
    // Sherman & Morrison: an answer at u takes (u·u')² / (1 + u·u) off the spread at u'.
    const direction = gatherRows(solved, Int32Array.of(winner));
    for (const before of taken) {
      const share = dotOfRows(before.direction, 0, solved, winner) / before.norm;
      for (let j = 0; j < d; j++) direction.values[j]! -= share * before.direction.values[j]!;
    }
    const norm = 1 + spread[winner]!;
    taken.push({ direction, norm });
    for (let at = 0; at < rowCount; at++) {
      if (open[at]) spread[at] = Math.max(0, spread[at]! - dotOfRows(solved, at, direction, 0) ** 2 / norm);
    }
  }
  return {
    chosen: Int32Array.from(chosen, (at) => positions[at]!),
    utilities: Float64Array.from(utilities),
  };
}

/** What the worst answer of each row costs beyond what is expected: the squared distance of its targets to m. */
function worstCosts(
  { classCount: K, labelled }: PoolView,
  solved: DenseRows,
  answered: DenseRows,
  L: Float64Array,
): Float64Array {
  const d = solved.dimensions;
  const others = Math.max(1, K - 1);
  // L⁻¹ Zᵀ y for the targets y of each class.
  const fits = { rowCount: K, dimensions: d, values: new Float64Array(K * d) };
  for (let k = 0; k < K; k++) {
    const own = fits.values.subarray(k * d, (k + 1) * d);
    for (let row = 0; row < answered.rowCount; row++) {
      const target = labelled.classes[row] === k ? 1 : -1 / others;
      for (let j = 0; j < d; j++) own[j]! += target * answered.values[row * d + j]!;
    }
    solveLower(L, own);
  }
  return Float64Array.from({ length: solved.rowCount }, (_, at) => {
    let [squares, least] = [0, 0];
    for (let k = 0; k < K; k++) {
      const m = dotOfRows(fits, k, solved, at);
      squares += m * m;
      least = Math.min(least, m);
    }
    // |y_c|² + |m|² − 2 y_c·m, and y_c·m = m_c K/(K−1) because the m of all classes sum to 0.
    return 1 + 1 / others + squares - (2 * least * (others + 1)) / others;
  });
}
