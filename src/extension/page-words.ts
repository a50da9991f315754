/** Puts a language's words into the HTML around a page: its policy lets nothing be loaded. */
import { WORDS_NAME } from '../protocol/words.ts';

/** @param bundle undefined for English, which pages speak by themselves */
export function wordsElement(bundle: Readonly<Record<string, string>> | undefined): string {
  if (!bundle) return '';
  const content = JSON.stringify(bundle)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;');
  return `<meta name="${WORDS_NAME}" content="${content}">`;
}
