/**
 * Records that nobody wrote: made of sentences of others, to be asked about.
 *
 * They lie in files of their own, and the file's name says what they are. So it stands in the journal, in `src` of every
 * event about one, and is known wherever the journal is read, with or without the project file.
 */

/** What the files of synthetic records are called, as a glob of a project's source. */
export const SYNTHETIC_GLOB = '*.synthetic.jsonl';

/** Whether the records of this file are synthetic. @param src relative to the folder */
export function isSynthetic(src: string): boolean {
  return src.endsWith('.synthetic.jsonl');
}

/** The audit rank of every synthetic record: they never measure, whatever the share. */
export const NEVER_AUDITED = 0xffff_ffff;
