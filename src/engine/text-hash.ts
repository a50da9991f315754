/** The hash that names a text, as the label journal writes it. */
import { hash } from 'node:crypto';

/** The first 32 hex digits of the SHA-256 of the exact text in UTF-8. */
export function textHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}
