/** Cholesky factors of the small positive definite matrices that posteriors over the pool's space are made of. */

/**
 * The lower triangle L of L·Lᵀ = `matrix` (Golub & Van Loan 2013, algorithm 4.2.1).
 *
 * @param matrix n × n, row-major, symmetric and positive definite: a Gram matrix plus a multiple of the identity is
 */
export function choleskyFactor(matrix: Float64Array, n: number): Float64Array {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j]!;
    }
  }
  return L;
}

/** Replaces b by L⁻¹ b. */
export function solveLower(L: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * n + k]! * b[k]!;
    b[i] = sum / L[i * n + i]!;
  }
  return b;
}

/** Replaces b by L⁻ᵀ b. */
export function solveLowerTransposed(L: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i]! / L[i * n + i]!;
    b[i] = value;
    // Along the row of L, which lies together in memory.
    for (let k = 0; k < i; k++) b[k]! -= L[i * n + k]! * value;
  }
  return b;
}

/** Σ wᵢ zᵢ zᵢᵀ + ridge · I over rows z of equal width. */
export function weightedGram(
  rows: { readonly rowCount: number; readonly dimensions: number; readonly values: Float64Array },
  weights: ArrayLike<number> | undefined,
  ridge: number,
): Float64Array {
  const { rowCount, dimensions: n, values } = rows;
  const gram = new Float64Array(n * n);
  for (let row = 0; row < rowCount; row++) {
    const weight = weights ? weights[row]! : 1;
    if (weight === 0) continue;
    const from = row * n;
    for (let i = 0; i < n; i++) {
      const scaled = weight * values[from + i]!;
      if (scaled === 0) continue;
      for (let j = 0; j <= i; j++) gram[i * n + j]! += scaled * values[from + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    gram[i * n + i]! += ridge;
    for (let j = 0; j < i; j++) gram[j * n + i] = gram[i * n + j]!;
  }
  return gram;
}
