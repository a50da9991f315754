/** The names that the crash tests give their records. */

/** 32 hex digits, another for every number. */
export function hashNumber(number: number): string {
  return number.toString(16).padStart(32, '0');
}
