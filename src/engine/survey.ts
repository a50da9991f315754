/** Looks at a folder before it is a project: which files hold records, how they are laid out, what labels they carry. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DETECTION_BYTES, detectLayout } from '../core/formats/detect.ts';
import type { EncodingGuess } from '../core/formats/encoding-guess.ts';
import { ENCODING_NAMES, isKnownEncoding } from '../core/formats/encodings.ts';
import type { FileLayout, FormatName } from '../core/formats/format.ts';
import { openReader, readRecordAt } from '../core/formats/registry.ts';
import { isLabelList, labelsIn } from '../core/records/label-list.ts';
import { UserError } from '../core/user-error.ts';
import { SourceRules } from './indexer/globs.ts';
import { walkSources } from './workspace-files.ts';

export interface Survey {
  /** Files that can be read alike: those that are surely data first, of them the largest group first. */
  readonly sources: readonly SourceSurvey[];
}

export interface SourceSurvey {
  /** What to call these files: the glob that matches them, and those of the kind that come later. */
  readonly glob: string;
  /** The same for the project: file by file where the glob would match others that are read differently. */
  readonly include: readonly string[];
  readonly paths: readonly string[];
  readonly files: number;
  /** JSON and Markdown are as often settings and notes as they are data. */
  readonly isSurelyData: boolean;
  readonly format: FormatName;
  readonly recordPer: 'line' | 'file' | 'heading' | undefined;
  readonly textField: string | undefined;
  readonly idField: string | undefined;
  /** A WHATWG name; undefined: UTF-8, or what a byte order mark says. */
  readonly encoding: EncodingGuess | undefined;
  /** The beginning of the first record. */
  readonly sample: string;
  /** The text field first. Empty for text and Markdown. */
  readonly fields: readonly FieldSurvey[];
}

export interface FieldSurvey {
  readonly name: string;
  /** Its first values, shortened. */
  readonly samples: readonly string[];
  /** Its different values, in the order met, when they look like classes; of lists, the different members. */
  readonly values: readonly string[] | undefined;
  /** Whether some of its values are lists, so that a record can have several of these. */
  readonly lists: boolean;
  /** Whether it is called like a field that holds answers: those come first where there is a choice. */
  readonly isNamedAsAnswer: boolean;
}

/** More files than this are grouped by their names alone. */
const FILES_OPENED = 50;
const RECORDS_READ = 2000;
const SAMPLES = 3;
const SAMPLE_LENGTH = 300;
/** A class name is short, and a set of classes is small beside the number of records. */
const CLASS_NAME_LENGTH = 60;
const CLASSES_MOST = 200;
/** Where fewer of a field's values look like lists, it is a name that happens to have a semicolon. */
const LISTS_LEAST = 0.02;
/** So many text files in a folder are a record each; fewer are lists of lines. */
const FILES_AS_RECORDS = 20;
/** Fewer Markdown files are long ones, where a heading begins a record. */
const MARKDOWN_AS_RECORDS = 5;

/** What is looked at, where no file is asked for by name. */
const EVERYTHING = ['**/*', '**/*.json', '**/*.md', '**/*.markdown'];

/** JSON files that tools of a workspace keep there. */
const SETTINGS =
  /(^|\/)(\.[^/]*|package|package-lock|composer|manifest|[jt]sconfig[^/]*|[^/]*\.(config|schema))\.json$/i;

/**
 * @param only a file to look at alone, relative to the folder; it may be one that `.gitignore` leaves out
 * @throws UserError when the folder can't be read
 */
export async function surveyFolder(folder: string, only?: string): Promise<Survey> {
  const groups = new Map<string, Group>();
  let opened = 0;
  const include = only === undefined ? EVERYTHING : [escapeGlob(only)];
  for await (const { path } of walkSources(folder, [{ include }])) {
    if (only === undefined && SETTINGS.test(path)) continue;
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
    const { layout, guess } = detected;
    const { format, textField, delimiter, columns, records } = layout;
    const kind = JSON.stringify([ending, format, textField, delimiter, columns, records]);
    const name = `${kind} ${guess ? 'guessed' : layout.encoding}`;
    const group = groups.get(name);
    if (!group) {
      groups.set(name, { kind, ending, layout, guess, head, paths: [path], isAscii: isAscii(head) });
      continue;
    }
    group.paths.push(path);
    group.isAscii &&= isAscii(head);
    if (guess?.isSure && !group.guess?.isSure) groups.set(name, { ...group, layout, guess, head });
  }
  const together = [...joinAscii([...groups.values()])];
  const sources = together.map((group) => surveyGroup(group, together));
  return {
    sources: sources.sort(
      (a, b) =>
        Number(b.isSurelyData) - Number(a.isSurelyData) || b.files - a.files || (a.glob < b.glob ? -1 : 1),
    ),
  };
}

/** @throws UserError `encoding-unsupported` for a name that nothing can be read by */
export function requireEncoding(name: string): void {
  if (isKnownEncoding(name)) return;
  throw new UserError(
    'encoding-unsupported',
    `"${name.slice(0, 40)}" is not an encoding that can be read`,
    `These can: ${ENCODING_NAMES.join(', ')}.`,
  );
}

interface Group {
  readonly kind: string;
  readonly ending: string;
  readonly layout: FileLayout;
  readonly guess: EncodingGuess | undefined;
  /** The beginning of the first file. */
  readonly head: Uint8Array;
  readonly paths: string[];
  isAscii: boolean;
}

/** Files that are ASCII so far belong to their like in another encoding, because that holds ASCII, too. */
function joinAscii(groups: readonly Group[]): Group[] {
  return groups.filter((group) => {
    const like = groups.find(({ kind, guess }) => guess && kind === group.kind);
    if (!group.isAscii || !like || like === group || like.guess?.encoding.startsWith('utf-16')) return true;
    like.paths.push(...group.paths);
    return false;
  });
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function surveyGroup({ ending, layout, guess, head, paths }: Group, all: readonly Group[]): SourceSurvey {
  const recordPer = recordPerOf(layout, head, paths.length);
  const isProse = recordPer !== undefined;
  const known = recordPer === undefined ? layout : { ...layout, recordPer };
  const { fields, sample } = contentOf(head, known);
  const glob = globOf(paths, ending);
  const others = all.filter((group) => group.ending === ending && group.paths !== paths);
  const matches = new SourceRules([{ include: [glob] }]);
  const isAlone = !others.some((group) => group.paths.some((path) => matches.ruleFor(path)));
  return {
    glob,
    include: isAlone ? [glob] : paths.map(escapeGlob),
    paths,
    files: paths.length,
    isSurelyData: !['json', 'markdown'].includes(layout.format),
    format: layout.format,
    recordPer,
    textField: layout.textField,
    idField: layout.idField,
    encoding: guess,
    sample,
    fields: isProse ? [] : fields,
  };
}

function recordPerOf(layout: FileLayout, head: Uint8Array, files: number): SourceSurvey['recordPer'] {
  if (layout.format === 'text') return files >= FILES_AS_RECORDS ? 'file' : 'line';
  if (layout.format !== 'markdown') return undefined;
  const headings = countRecords(head, { ...layout, recordPer: 'heading' });
  return files < MARKDOWN_AS_RECORDS && headings > 2 ? 'heading' : 'file';
}

function countRecords(head: Uint8Array, layout: FileLayout): number {
  let count = 0;
  const reader = openReader(layout, { record: () => count++, problem: () => {} });
  reader.push(head);
  reader.end();
  return count;
}

/** What the first records hold, field by field, and how the first begins. */
function contentOf(head: Uint8Array, layout: FileLayout): { fields: FieldSurvey[]; sample: string } {
  const seen = new Map<string, string[]>();
  const note = (name: string, value: string) => {
    const values = seen.get(name);
    if (values) values.push(value);
    else seen.set(name, [value]);
  };
  let records = 0;
  let sample = '';
  const reader = openReader(layout, {
    record: ({ text, offset, length }) => {
      if (++records > RECORDS_READ) return;
      if (records === 1) sample = text.slice(0, SAMPLE_LENGTH);
      if (layout.textField !== undefined) note(layout.textField, text);
      const row = readRecordAt(head.subarray(offset, offset + length), layout);
      for (const [name, value] of row?.fields ?? []) note(name, value);
    },
    // A cut last row is none of the person's business yet.
    problem: () => {},
  });
  reader.push(head);
  reader.end();
  const fields = Array.from(seen, ([name, values]) => ({
    name,
    isNamedAsAnswer: isNamedAsAnswer(name),
    samples: values.slice(0, SAMPLES).map((value) => value.slice(0, SAMPLE_LENGTH)),
    ...classesIn(values),
  }));
  return { fields, sample };
}

/** The different values, when there are few of them and each comes back: at least five records a class on average. */
function classesIn(values: readonly string[]): Pick<FieldSurvey, 'values' | 'lists'> {
  const lists = values.filter(isLabelList).length >= Math.max(2, LISTS_LEAST * values.length);
  const names = lists ? values.flatMap((value) => labelsIn(value)) : values;
  const different = [...new Set(names)].filter((value) => value !== '');
  const fits =
    different.length >= 2 &&
    different.length <= Math.min(CLASSES_MOST, names.length / 5) &&
    different.every((value) => value.length <= CLASS_NAME_LENGTH && !value.includes('\n')) &&
    !different.every((value) => DATE.test(value));
  return fits ? { values: different, lists } : { values: undefined, lists: false };
}

/** A day is no class, however often it comes back. */
const DATE = /^\d{4}-\d\d-\d\d|^\d{1,2}[./]\d{1,2}[./]\d{2,4}/;

/** What people call the column with the answers, in words or parts of them. */
const ANSWER_NAMES = /^(label|class|category|answer|target|topic|intent|sentiment|gold|tag)s?$/i;

function isNamedAsAnswer(name: string): boolean {
  return name.split(/[^\p{L}]+|(?<=\p{Ll})(?=\p{Lu})/u).some((part) => ANSWER_NAMES.test(part));
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
