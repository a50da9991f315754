/** How to label, as a page shows it: the project's guidelines file, and examples from the person's own answers. */
import { constants } from 'node:fs';
import { mkdir, open, realpath, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RecordState } from '../core/records/decision.ts';
import { activeLabels, type Label } from '../core/records/label-set.ts';
import type { Row } from '../core/records/record.ts';
import { say } from '../core/say.ts';
import type { GuidelineNode, Guidelines, LabelExample, LabelGuide } from '../protocol/guidelines.ts';
import type { RecordContent } from './folder-index.ts';

/** Relative to the workspace folder. */
export const GUIDELINES_FILE = '.inkling/guidelines.md';

/** In bytes: longer guidelines are not read by people. */
const MOST = 256 * 1024;
/** Examples of each kind a label. */
const EXAMPLES = 2;
/** Characters of an example's text. */
const EXCERPT = 240;

export interface GuidelineFacts {
  /** The workspace folder's real path. */
  readonly folder: string;
  readonly labels: readonly Label[];
  /** Rows this annotator answered and the model learned from, with the label given. */
  answered(): readonly { readonly row: Row; readonly state: RecordState }[];
  /** How far the model believes in these answers, each in [0, 1]; undefined while there is no model. */
  beliefs(rows: Int32Array, labels: readonly string[]): Promise<Float32Array | undefined>;
  content(row: Row): Promise<RecordContent | undefined>;
}

export async function guidelinesOf(facts: GuidelineFacts): Promise<Guidelines> {
  const [file, examples] = await Promise.all([guidelinesText(facts.folder), examplesOf(facts)]);
  return {
    ...file,
    labels: activeLabels(facts.labels).map(
      ({ id, name, color, description }): LabelGuide => ({
        id,
        name,
        ...(color === undefined ? {} : { color }),
        ...(description === undefined ? {} : { description }),
        ...(examples.get(id) ?? { clear: [], borderline: [] }),
      }),
    ),
  };
}

/** Makes the guidelines file if there is none. @returns its path, relative to the folder */
export async function startGuidelines(folder: string): Promise<string> {
  const start = say(
    '# How to label\n\nWrite here what whoever labels should know: what each label means, and what to do in doubtful cases.\n',
  );
  await mkdir(join(folder, '.inkling'), { recursive: true });
  await writeFile(join(folder, GUIDELINES_FILE), start, { flag: 'wx' }).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return GUIDELINES_FILE;
}

async function guidelinesText(
  folder: string,
): Promise<{ readonly text?: readonly GuidelineNode[]; readonly problem?: string }> {
  const path = join(folder, GUIDELINES_FILE);
  try {
    if (!(await realpath(path)).startsWith(folder + sep))
      return { problem: say('{0} leads out of the folder: it is not shown.', GUIDELINES_FILE) };
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { problem: say('{0} is not a plain file.', GUIDELINES_FILE) };
      if (stat.size > MOST)
        return { problem: say('{0} is longer than 256 KB: it is not shown.', GUIDELINES_FILE) };
      const { markdownTree } = await import('./markdown-tree.ts');
      return { text: markdownTree(await file.readFile('utf8')) };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    if (code !== undefined) return { problem: say("{0} can't be read ({1}).", GUIDELINES_FILE, code) };
    throw error;
  }
}

async function examplesOf(
  facts: GuidelineFacts,
): Promise<Map<string, Pick<LabelGuide, 'clear' | 'borderline'>>> {
  // Where a record can have several labels it is an example of each.
  const known = new Set(activeLabels(facts.labels).map(({ id }) => id));
  const answered = facts
    .answered()
    .flatMap(({ row, state }) => (state.labels ?? []).map((label) => ({ row, label })))
    .filter(({ label }) => known.has(label));
  const labels = answered.map(({ label }) => label);
  const beliefs = await facts.beliefs(
    Int32Array.from(answered, ({ row }) => row),
    labels,
  );
  const examples = new Map<string, Pick<LabelGuide, 'clear' | 'borderline'>>();
  if (!beliefs) return examples;
  for (const label of new Set(labels)) {
    const own = answered
      .map(({ row }, at) => ({ row, at, p: beliefs[at]! }))
      .filter(({ at }) => labels[at] === label)
      .sort((a, b) => b.p - a.p);
    const clear = own.slice(0, EXAMPLES);
    const borderline = own.slice(EXAMPLES).slice(-EXAMPLES).reverse();
    examples.set(label, {
      clear: await describe(clear, facts),
      borderline: await describe(borderline, facts),
    });
  }
  return examples;
}

async function describe(
  found: readonly { readonly row: Row; readonly p: number }[],
  { content }: GuidelineFacts,
): Promise<LabelExample[]> {
  const described = await Promise.all(
    found.map(async ({ row, p }) => {
      const read = await content(row);
      return read && { key: read.key, text: read.text.slice(0, EXCERPT), p };
    }),
  );
  return described.filter((example) => example !== undefined);
}
