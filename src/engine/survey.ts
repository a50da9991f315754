/** Looks at a folder before it is a project: which files hold records, how they are laid out, what labels they carry. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DETECTION_BYTES, detectLayout } from '../core/formats/detect.ts';
import type { FileLayout, FormatName } from '../core/formats/format.ts';
import { openReader, readRecordAt } from '../core/formats/registry.ts';
import { walkSources } from './workspace-files.ts';

export interface Survey {
  /** Files that can be read alike, the largest group first. */
  readonly sources: readonly SourceSurvey[];
}

export interface SourceSurvey {
  /** Matches these files, and those of the kind that come later. */
  readonly glob: string;
  readonly paths: readonly string[];
  readonly files: number;
  readonly format: FormatName;
  readonly recordPer: 'line' | 'file' | undefined;
  readonly textField: string | undefined;
  readonly idField: string | undefined;
  /** The text field first. Empty for plain text. */
  readonly fields: readonly FieldSurvey[];
}

export interface FieldSurvey {
  readonly name: string;
  /** Its first values, shortened. */
  readonly samples: readonly string[];
  /** Its different values, in the order met, when they look like classes. */
  readonly values: readonly string[] | undefined;
}

/** More files than this are grouped by their names alone. */
const FILES_OPENED = 50;
const RECORDS_READ = 2000;
const SAMPLES = 3;
const SAMPLE_LENGTH = 300;
/** A class name is short, and a set of classes is small beside the number of records. */
const CLASS_NAME_LENGTH = 60;
const CLASSES_MOST = 200;
/** So many text files in a folder are a record each; fewer are lists of lines. */
const FILES_AS_RECORDS = 20;

/** @throws UserError when the folder can't be read */
export async function surveyFolder(folder: string): Promise<Survey> {
  const groups = new Map<string, Group>();
  let opened = 0;
  for await (const { path } of walkSources(folder, [{ include: ['**/*'] }])) {
    const ending = endingOf(path);
    // Files of one kind in one place are looked at once there are many.
    const alike = [...groups.values()].find((group) => group.ending === ending);
    if (opened >= FILES_OPENED && alike) {
      alike.paths.push(path);
      continue;
    }
    opened++;
    const head = await readHead(join(folder, path));
    const detected = head && (await detectLayout(head, path, {}));
    if (!head || !detected || !('layout' in detected)) continue;
    const { layout } = detected;
    const name = JSON.stringify([ending, layout.format, layout.textField, layout.delimiter, layout.columns]);
    const group = groups.get(name);
    if (group) group.paths.push(path);
    else groups.set(name, { ending, layout, head, paths: [path] });
  }
  const sources = [...groups.values()].map(surveyGroup);
  return { sources: sources.sort((a, b) => b.files - a.files || (a.glob < b.glob ? -1 : 1)) };
}

interface Group {
  readonly ending: string;
  readonly layout: FileLayout;
  /** The beginning of the first file. */
  readonly head: Uint8Array;
  readonly paths: string[];
}

function surveyGroup({ ending, layout, head, paths }: Group): SourceSurvey {
  const isText = layout.format === 'text';
  return {
    glob: globOf(paths, ending),
    paths,
    files: paths.length,
    format: layout.format,
    recordPer: isText ? (paths.length >= FILES_AS_RECORDS ? 'file' : 'line') : undefined,
    textField: layout.textField,
    idField: layout.idField,
    fields: isText ? [] : fieldsOf(head, layout),
  };
}

/** What the first records hold, field by field. */
function fieldsOf(head: Uint8Array, layout: FileLayout): FieldSurvey[] {
  const seen = new Map<string, string[]>();
  const note = (name: string, value: string) => {
    const values = seen.get(name);
    if (values) values.push(value);
    else seen.set(name, [value]);
  };
  let records = 0;
  const reader = openReader(layout, {
    record: ({ text, offset, length }) => {
      if (++records > RECORDS_READ) return;
      if (layout.textField !== undefined) note(layout.textField, text);
      const row = readRecordAt(head.subarray(offset, offset + length), layout);
      for (const [name, value] of row?.fields ?? []) note(name, value);
    },
    // A cut last row is none of the person's business yet.
    problem: () => {},
  });
  reader.push(head);
  reader.end();
  return Array.from(seen, ([name, values]) => ({
    name,
    samples: values.slice(0, SAMPLES).map((value) => value.slice(0, SAMPLE_LENGTH)),
    values: classesIn(values),
  }));
}

/** The different values, when there are few of them and each comes back: at least five records a class on average. */
function classesIn(values: readonly string[]): string[] | undefined {
  const different = [...new Set(values)].filter((value) => value !== '');
  const fits =
    different.length >= 2 &&
    different.length <= Math.min(CLASSES_MOST, values.length / 5) &&
    different.every((value) => value.length <= CLASS_NAME_LENGTH && !value.includes('\n'));
  return fits ? different : undefined;
}

/** `data/*.jsonl` when all are in one folder, else the same with `**` below the one they share. */
function globOf(paths: readonly string[], ending: string): string {
  if (paths.length === 1) return escapeGlob(paths[0]!);
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const shared = folders.reduce((common, parts) => {
    const end = common.findIndex((part, position) => part !== parts[position]);
    return end < 0 ? common : common.slice(0, end);
  });
  const deeper = folders.some((parts) => parts.length > shared.length);
  return [...shared.map(escapeGlob), ...(deeper ? ['**'] : []), `*${ending}`].join('/');
}

/** A file's own name may hold what a glob would read as a pattern. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@]/g, '\\$&');
}

function endingOf(path: string): string {
  return /\.[^./]+$/.exec(path)?.[0] ?? '';
}

async function readHead(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(DETECTION_BYTES);
      const { bytesRead } = await file.read(head, 0, DETECTION_BYTES, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined; // The indexer will say why; here it is one file less.
  }
}
