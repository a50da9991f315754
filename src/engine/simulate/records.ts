/** Records with their recorded answers: read from a file, or from the sources of a project folder. */
import { hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DETECTION_BYTES, detectLayout, type LayoutRule } from '../../core/formats/detect.ts';
import { loadEncoding } from '../../core/formats/encodings.ts';
import type { FileLayout } from '../../core/formats/format.ts';
import { openReader, readRecordAt } from '../../core/formats/registry.ts';
import { lookUp, parseFieldPath } from '../../core/records/field-path.ts';
import { labelsIn } from '../../core/records/label-list.ts';
import { UserError } from '../../core/user-error.ts';
import { readProject } from '../project-file.ts';
import { walkSources } from '../workspace-files.ts';

export interface AnsweredRecords {
  readonly texts: readonly string[];
  /** The true label of each; where a record can have several, their list as JSON. */
  readonly labels: readonly string[];
  readonly multiLabel?: true;
  /** What an annotator said of each, right or wrong: a second column. */
  readonly recorded?: readonly string[];
}

/** Which fields to look in. */
export interface AnswerFields {
  /** Default: `text`, or for other formats than JSONL what is guessed. */
  readonly text?: string | undefined;
  /** Default: `label`. */
  readonly label?: string | undefined;
  /** Whether a record can have several labels: a list, or a text that holds several. An empty list is an answer. */
  readonly multiLabel?: boolean | undefined;
  /** A column of answers that may be wrong. */
  readonly recorded?: string | undefined;
}

export interface ProjectRecords extends AnsweredRecords {
  /** How many records have no label in that field; they are left out. */
  readonly unlabelled: number;
  readonly files: number;
}

/** A file is read whole: what does not fit would not fit as features either. */
const LARGEST = 1024 * 1024 * 1024;

/**
 * Reads a file in which every record has a label: JSONL, JSON, CSV or TSV.
 *
 * @throws UserError `file-unreadable`, or `answer-missing` for the first record without a text and a label
 */
export async function readAnswered(path: string, fields: AnswerFields = {}): Promise<AnsweredRecords> {
  const label = fields.label ?? 'label';
  const rows = await rowsOf(path, basename(path), { text: fields.text ?? 'text' }, fields.text === undefined);
  const missing = rows.find((row) => row.text === undefined || answerIn(row, label, fields) === undefined);
  if (missing) {
    throw new UserError(
      'answer-missing',
      `Line ${missing.line} of ${path} has no text and label`,
      `Every record must have a "${missing.textField ?? fields.text ?? 'text'}" and a "${label}". Other fields can be named with --text and --label.`,
    );
  }
  if (rows.length === 0) {
    throw new UserError('answer-missing', `${path} holds no records`, 'Give a file with a record a line.');
  }
  return taken(rows, path, label, fields);
}

/**
 * Reads the records of a project that have a value in a field of their files. The journal is not looked at, and nothing
 * is written.
 *
 * @param folder has a project file
 * @throws UserError as `readProject`; `answer-missing` when no record has such a field
 */
export async function readProjectAnswers(
  folder: string,
  fields: AnswerFields & { readonly label: string },
): Promise<ProjectRecords> {
  const { sources } = await readProject(folder);
  const rows: Row[] = [];
  let files = 0;
  let all = 0;
  for await (const { path, rule } of walkSources(folder, sources)) {
    files++;
    const text = fields.text ?? rule.text;
    const read = await rowsOf(join(folder, path), path, { ...rule, ...(text === undefined ? {} : { text }) });
    all += read.length;
    for (const row of read) {
      if (row.text !== undefined && answerIn(row, fields.label, fields) !== undefined) rows.push(row);
    }
  }
  if (rows.length === 0) {
    throw new UserError(
      'answer-missing',
      `None of the ${all} records in ${folder} has a label in "${fields.label}"`,
      'Name the field that holds the labels with --label.',
    );
  }
  return { ...taken(rows, folder, fields.label, fields), unlabelled: all - rows.length, files };
}

/** The same for the same texts and answers, wherever they were read. */
export function hashOf(...parts: readonly (AnsweredRecords | undefined)[]): string {
  return hash('sha256', JSON.stringify(parts.map((part) => part ?? null))).slice(0, 24);
}

interface Row {
  readonly line: number;
  /** Undefined where it is missing. */
  readonly text: string | undefined;
  readonly textField?: string;
  /** A field as a label: a text, a number or a truth value; undefined where there is none. */
  value(field: string): string | undefined;
  /** A field as several labels: their names as a JSON list, in order; undefined where there is nothing. */
  list(field: string): string | undefined;
}

function taken(rows: readonly Row[], path: string, label: string, fields: AnswerFields): AnsweredRecords {
  const { recorded } = fields;
  const answers = {
    texts: rows.map((row) => row.text!),
    labels: rows.map((row) => answerIn(row, label, fields)!),
    ...(fields.multiLabel ? ({ multiLabel: true } as const) : {}),
  };
  if (recorded === undefined) return answers;
  const said = rows.map((row) => row.value(recorded));
  const missing = said.indexOf(undefined);
  if (missing >= 0) {
    throw new UserError(
      'answer-missing',
      `Line ${rows[missing]!.line} of ${path} has no "${recorded}"`,
      'Every record must have both labels, the true one and the recorded one.',
    );
  }
  return { ...answers, recorded: said as string[] };
}

async function rowsOf(path: string, name: string, rule: LayoutRule, guessed = false): Promise<Row[]> {
  const bytes = await bytesOf(path);
  const isJsonLines =
    rule.format === 'jsonl' || (rule.format === undefined && /\.(jsonl|ndjson)$/i.test(name));
  if (isJsonLines && rule.text !== undefined && rule.encoding === undefined)
    return jsonLines(bytes, rule.text);
  // A guessed field is only a wish: what the file calls its text is found by its layout.
  const { text, ...rest } = rule;
  const found = await detectLayout(
    bytes.subarray(0, DETECTION_BYTES),
    name,
    guessed || text === undefined ? rest : { ...rest, text },
  );
  if ('refusal' in found) {
    throw new UserError(
      'file-unreadable',
      `${path} can't be read: ${found.refusal.message}`,
      'Give another file.',
    );
  }
  await loadEncoding(found.layout.encoding);
  if (found.layout.format === 'jsonl' && found.layout.textField !== undefined && !found.layout.encoding)
    return jsonLines(bytes, found.layout.textField);
  return laidOut(bytes, found.layout);
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).size > LARGEST) {
        throw new UserError('file-unreadable', `${path} is larger than 1 GB`, 'Give a part of it.');
      }
      return await readFile(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('file-unreadable', `${path} can't be read`, 'Give a file that exists.');
  }
}

/** Each line by itself, so that a simulation sees texts exactly as they are written, empty ones too. */
function jsonLines(bytes: Buffer, textField: string): Row[] {
  const steps = parseFieldPath(textField);
  return bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((json, index) => {
      if (json.trim() === '') return [];
      const record = parsed(json);
      const text = lookUp(record, textField, steps);
      return {
        line: index + 1,
        textField,
        text: typeof text === 'string' ? text : undefined,
        value: (field: string) => nameOf(lookUp(record, field, parseFieldPath(field))),
        list: (field: string) => listOf(lookUp(record, field, parseFieldPath(field))),
      };
    });
}

function laidOut(bytes: Buffer, layout: FileLayout): Row[] {
  const rows: Row[] = [];
  const reader = openReader(layout, {
    record: ({ text, line, offset, length }) => {
      const fields = new Map(readRecordAt(bytes.subarray(offset, offset + length), layout)?.fields ?? []);
      rows.push({
        line,
        text,
        ...(layout.textField === undefined ? {} : { textField: layout.textField }),
        value: (field) => nameOf(fields.get(field)),
        list: (field) => listOf(fields.get(field)),
      });
    },
    problem: ({ line, code }) => {
      if (code.startsWith('text-'))
        rows.push({ line, text: undefined, value: () => undefined, list: () => undefined });
    },
  });
  reader.push(bytes);
  reader.end();
  return rows;
}

function answerIn(row: Row, label: string, { multiLabel }: AnswerFields): string | undefined {
  return multiLabel ? row.list(label) : row.value(label);
}

/** The names of all labels there are, in order. */
export function labelNamesOf(...parts: readonly AnsweredRecords[]): string[] {
  const names = parts.flatMap(({ labels, multiLabel }) =>
    multiLabel ? labels.flatMap((list) => labelsIn(list)) : labels,
  );
  return [...new Set(names)].sort();
}

function listOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    return names.includes(undefined) ? undefined : JSON.stringify([...new Set(names)].sort());
  }
  const text = nameOf(value);
  return text === undefined ? undefined : JSON.stringify(labelsIn(text).sort());
}

function nameOf(value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  const name = String(value).trim();
  return name === '' || name === 'null' ? undefined : name;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
