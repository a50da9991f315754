/** Reads the English word vectors that ship: they lie beside the running code, in the source tree and in the bundle. */
import { fileURLToPath } from 'node:url';
import { type GeneralVectors, readGeneralVectors } from '../core/features/general-vectors.ts';
import type { Language } from '../core/text/stemming.ts';
import { keptFile } from '../store/store.ts';

// Made by scripts/english-vectors.mjs.
const FILE = fileURLToPath(new URL('./english-vectors.bin', import.meta.url));
let isReported = false;

/**
 * What general text says of words of this language; undefined for any but English. Where the file is missing or damaged,
 * too: features are learned from the pool alone then, and `report` is told so once a thread.
 */
export function vectorsFor(
  language: Language | undefined,
  report: (error: unknown) => void,
  file = FILE,
): GeneralVectors | undefined {
  if (language !== 'en') return undefined;
  const content = keptFile(file);
  if (content) return readGeneralVectors(content);
  if (!isReported) report(new Error(`${file} is missing or damaged: English texts are learned without it`));
  isReported = true;
  return undefined;
}
