/** Walks a workspace folder for source files: never through links, never into what `.gitignore` leaves out. */
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceRule } from '../protocol/indexer.ts';
import { SourceRules } from './indexer/globs.ts';
import { IgnoreRules } from './indexer/ignored.ts';

export interface FoundSource {
  /** Relative to the folder, with `/` between parts. */
  readonly path: string;
  readonly rule: SourceRule;
}

export interface WalkObserver {
  /** A folder that is about to be read, '' for the first. */
  folder?(path: string): void;
  /** Something that a rule covers and that can't be read: a link, a pipe, a folder without permission. */
  skipped?(path: string, code: string, message: string): void;
}

/** Not even a rule that names them leads into these. */
const NEVER_WALKED = new Set(['.git', '.inkling', 'node_modules']);

/** Longer `.gitignore` files are nobody's handwriting. */
const MAX_GITIGNORE = 1024 * 1024;

/**
 * The files that the rules cover, folder by folder in the order of their names; regular files only.
 *
 * What a rule names outright (`data/` of `data/*.jsonl`) is walked even where a `.gitignore` leaves it out: large
 * data is often kept out of git, and still meant to be labelled.
 *
 * @throws UserError `glob-unusable`
 */
export async function* walkSources(
  folder: string,
  sources: readonly SourceRule[],
  observer: WalkObserver = {},
): AsyncGenerator<FoundSource> {
  const rules = new SourceRules(sources);
  const leadsToNamed = (path: string) => rules.namedPaths.some((named) => named.startsWith(`${path}/`));
  const waiting: { path: string; ignored: IgnoreRules }[] = [{ path: '', ignored: IgnoreRules.none }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path: parent } = next;
    observer.folder?.(parent);
    const entries = await entriesOf(join(folder, parent));
    if (!entries) {
      observer.skipped?.(parent, 'folder-unreadable', 'This folder cannot be read: permission is missing.');
      continue;
    }
    const gitignore = entries.some(({ name }) => name === '.gitignore')
      ? await textOf(join(folder, parent, '.gitignore'))
      : undefined;
    const ignored = next.ignored.within(parent, gitignore);
    const folders: typeof waiting = [];
    for (const entry of entries) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      const kind = await kindOf(entry, join(folder, path));
      if (kind === 'folder') {
        if (NEVER_WALKED.has(entry.name)) continue;
        // Below a named folder only its own .gitignore files speak; on the way to it nothing else is let in.
        if (rules.namedPaths.includes(path)) folders.push({ path, ignored: IgnoreRules.none });
        else if (!ignored.ignores(`${path}/`) || leadsToNamed(path)) folders.push({ path, ignored });
      } else {
        const rule = rules.ruleFor(path);
        if (!rule || (ignored.ignores(path) && !rules.namedPaths.includes(path))) continue;
        if (kind === 'file') yield { path, rule };
        else observer.skipped?.(path, ...WHY_SKIPPED[kind]);
      }
    }
    // The last one is taken first.
    waiting.push(...folders.reverse());
  }
}

type Kind = 'file' | 'folder' | 'link' | 'other';

const WHY_SKIPPED: Record<'link' | 'other', [code: string, message: string]> = {
  link: ['symbolic-link', 'This is a symbolic link, and links are not followed.'],
  other: ['not-a-file', 'This is a pipe, a socket or a device, not a file.'],
};

async function kindOf(entry: Dirent, path: string): Promise<Kind> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice())
    return 'other';
  // Some file systems don't say with the name.
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isFile() ? 'file' : stat?.isDirectory() ? 'folder' : stat?.isSymbolicLink() ? 'link' : 'other';
}

/** In the order of their names, the same on every machine; undefined when the folder can't be read. */
async function entriesOf(path: string): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    const stat = await lstat(path);
    return stat.isFile() && stat.size <= MAX_GITIGNORE ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
