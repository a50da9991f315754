/** Writes synthetic records where the project reads them: a file of their own in the folder, and a source for it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Project } from '../core/records/project.ts';
import { SYNTHETIC_GLOB } from '../core/records/synthetic.ts';
import { appendLines } from '../journal/append.ts';
import { fileNamePart } from '../journal/person.ts';

/** A record that nobody wrote, and the keys of the two whose sentences it is made of. */
export interface SyntheticRecord {
  readonly text: string;
  readonly from: readonly [string, string];
}

/** One file an annotator, so that git has nothing to merge. */
export function syntheticFile(annotator: string): string {
  return `inkling-${fileNamePart(annotator)}.synthetic.jsonl`;
}

/** Appends the records, each marked for whoever reads the file without Inkling. @returns their ids */
export async function writeSynthetic(
  folder: string,
  annotator: string,
  records: readonly SyntheticRecord[],
): Promise<string[]> {
  const ids = records.map(() => `synthetic-${randomUUID()}`);
  const lines = records.map(
    ({ text, from }, at) => `${JSON.stringify({ id: ids[at], text, synthetic: true, from })}\n`,
  );
  await appendLines(join(folder, syntheticFile(annotator)), Buffer.from(lines.join('')), [folder], new Set());
  return ids;
}

/** The project with a source for synthetic records: the first, since of several that match the first counts. */
export function withSyntheticSource(project: Project): Project {
  if (project.sources.some(({ include }) => include.includes(SYNTHETIC_GLOB))) return project;
  const source = { include: [SYNTHETIC_GLOB], format: 'jsonl' as const, text: 'text', id: 'id' };
  return { ...project, sources: [source, ...project.sources] };
}
