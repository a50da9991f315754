/** Reads, makes and changes `.inkling/project.json`. What it does not know in there it keeps. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Label } from '../core/records/label-set.ts';
import { type Project, readProjectValue } from '../core/records/project.ts';
import { UserError } from '../core/user-error.ts';
import { replaceFile, syncFolder, writeAll } from '../journal/durable.ts';

export const PROJECT_FILE = '.inkling/project.json';

/** Whether a folder has a project file, readable or not. */
export async function hasProject(folder: string): Promise<boolean> {
  return stat(join(folder, PROJECT_FILE)).then(
    (found) => found.isFile(),
    () => false,
  );
}

const LARGEST = 16 * 1024 * 1024;

/**
 * @param folder the workspace folder
 * @throws {UserError} `no-project`; `project-syntax` with the line; `project-field`; `project-newer`
 */
export async function readProject(folder: string): Promise<Project> {
  const text = await readProjectText(folder);
  if (text === undefined) {
    throw new UserError(
      'no-project',
      `There is no Inkling project in ${folder}`,
      'Make one with "Inkling: Start Labeling" in the editor, or "inkling init" in a terminal.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const { line, column } = placeOf(error, text);
    throw new UserError(
      'project-syntax',
      `${PROJECT_FILE} is not valid JSON: see line ${line}, column ${column}`,
      'Open the file and mend that line.',
    );
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw new UserError(
      'project-newer',
      `${PROJECT_FILE} has version ${version}, made by a newer Inkling`,
      'Update Inkling to open this project.',
    );
  }
  const read = readProjectValue(value);
  if ('project' in read) return read.project;
  throw new UserError(
    'project-field',
    `${PROJECT_FILE} can't be used: ${read.faults.slice(0, 5).join(' ')}`,
    'Open the file and change that.',
  );
}

export interface NewProject {
  /** Without it, the folder's name. */
  readonly name?: string;
  readonly sources: Project['sources'];
  /** Names, in the order of their keys. */
  readonly labels: readonly string[];
  /** Whether a record can have several of them. */
  readonly multiLabel?: boolean;
}

/**
 * Makes the project file, with new label ids and a new salt.
 *
 * @throws {UserError} `project-exists`; `project-field` when the sources or labels can't be used
 */
export async function createProject(folder: string, wanted: NewProject): Promise<Project> {
  if ((await readProjectText(folder)) !== undefined) {
    throw new UserError('project-exists', `${folder} has an Inkling project already`, 'Open that one.');
  }
  const read = readProjectValue({
    version: 1,
    name: wanted.name?.trim() || basename(folder) || 'project',
    salt: randomBytes(16).toString('hex'),
    sources: wanted.sources,
    labels: wanted.labels.map(newLabel),
    multiLabel: wanted.multiLabel ?? false,
  });
  if ('faults' in read) {
    throw new UserError(
      'project-field',
      `This project can't be made: ${read.faults.join(' ')}`,
      'Change that.',
    );
  }
  await writeProject(folder, read.project);
  return read.project;
}

/** Replaces the project file whole, or not at all. */
export async function writeProject(folder: string, project: Project): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(project, null, 2)}\n`);
  await mkdir(join(folder, '.inkling'), { recursive: true });
  await syncFolder(folder);
  await replaceFile(join(folder, PROJECT_FILE), (file) => writeAll(file, bytes));
}

/** A label with an id of its own: 40 random bits, which no label of one project will share. */
export function newLabel(name: string): Label {
  return { id: `L${randomBytes(5).toString('hex')}`, name: name.trim() };
}

async function readProjectText(folder: string): Promise<string | undefined> {
  const path = join(folder, PROJECT_FILE);
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > LARGEST) {
      throw new UserError(
        'project-field',
        `${PROJECT_FILE} is not a file that a project can be read from`,
        'Put the project file in its place.',
      );
    }
    const file = await open(path, 'r');
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Where parsing stopped, 1-based. The engine says so in its message, except at the end of the text. */
function placeOf(error: unknown, text: string): { line: number; column: number } {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
