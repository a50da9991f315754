/** Recognises Inkling's own exports, so that they are never indexed as sources. */

/**
 * The name of the mark. Every line of a JSONL export has `"meta": {…, "inkling": 1, …}`; a CSV export has a column
 * of this name. The first line decides.
 */
export const EXPORT_MARK = 'inkling';

/** @param firstBytes the beginning of a file; more of its first line makes the answer surer */
export function isOwnExport(firstBytes: Uint8Array): boolean {
  const end = firstBytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = new TextDecoder().decode(end < 0 ? firstBytes : firstBytes.subarray(0, end)).trim();
  if (!line.startsWith('{'))
    return line.split(/[,;\t|]/).some((name) => name.replaceAll('"', '') === EXPORT_MARK);
  try {
    const { meta } = JSON.parse(line) as { meta?: Record<string, unknown> | null };
    return typeof meta === 'object' && meta !== null && typeof meta[EXPORT_MARK] === 'number';
  } catch {
    // The first line is longer than what we were given.
    return /"meta"\s*:\s*\{[^{}]*"inkling"\s*:\s*\d/.test(line);
  }
}
