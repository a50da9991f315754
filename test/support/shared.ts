/**
 * Finds the data sets and bad-input suites that tests measure against. They lie outside the repository: in the
 * folders named by INKLING_DATA and INKLING_SUITES, or in `../shared/data` and `../shared/suites`.
 *
 *   test('...', skipUnlessShared('data', 'trec6/train.jsonl'), () => {
 *     const file = sharedFile('data', 'trec6/train.jsonl')!;
 *   });
 *
 * Absent ones skip their test and say so; with INKLING_REQUIRE_SHARED=1 they fail it instead.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestOptions } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = {
  data: process.env.INKLING_DATA ?? join(ROOT, '../shared/data'),
  suites: process.env.INKLING_SUITES ?? join(ROOT, '../shared/suites'),
};

/**
 * The absolute path of a shared file or folder, or undefined when this machine does not have it.
 *
 * @param path relative to the data or suites folder, with forward slashes
 * @throws Error when it is missing and INKLING_REQUIRE_SHARED=1
 */
export function sharedFile(kind: 'data' | 'suites', path: string): string | undefined {
  const file = resolve(FOLDERS[kind], path);
  if (existsSync(file)) return file;
  if (process.env.INKLING_REQUIRE_SHARED === '1') {
    throw new Error(`${file} is missing, and INKLING_REQUIRE_SHARED=1 says that it must be here.`);
  }
  return undefined;
}

/** Options for `test` or `describe`: skipped, with the reason, when the shared file is absent. */
export function skipUnlessShared(kind: 'data' | 'suites', path: string): TestOptions {
  if (sharedFile(kind, path)) return {};
  return { skip: `skipped: no ${path} in ${FOLDERS[kind]} (set INKLING_${kind.toUpperCase()})` };
}
