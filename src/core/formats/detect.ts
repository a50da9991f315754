/** Guesses how a file is to be read from its name and its first bytes, as far as the project does not say. */
import { columnsOf, sampleRows } from './csv.ts';
import { type EncodingGuess, guessEncoding } from './encoding-guess.ts';
import { encodingOfMark, loadEncoding, openEncoding } from './encodings.ts';
import type { FileLayout, FormatName } from './format.ts';
import { sampleValues } from './json.ts';
import { membersOf } from './json-scan.ts';
import { LineSplitter } from './lines.ts';
import { decodeUtf8 } from './utf8.ts';

/** What the project says about a file; everything may be left to the guess. */
export interface LayoutRule {
  readonly format?: FormatName;
  readonly text?: string;
  readonly id?: string;
  readonly recordPer?: 'line' | 'file' | 'heading';
  readonly delimiter?: string;
  readonly encoding?: string;
}

export type Detection =
  | {
      readonly layout: FileLayout;
      /** Present when nobody said what the file's encoding is, and it is not UTF-8. */
      readonly guess?: EncodingGuess;
    }
  /** Why the file can't be read at all. */
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** So many bytes are enough for a guess. */
export const DETECTION_BYTES = 256 * 1024;

/**
 * The encoding of the layout can be opened right afterwards: its tables are loaded.
 *
 * @param firstBytes the beginning of the file, at least DETECTION_BYTES of it or all
 * @param fileName its ending decides where the content does not
 */
export async function detectLayout(
  firstBytes: Uint8Array,
  fileName: string,
  rule: LayoutRule,
): Promise<Detection> {
  // A mark says what the file is, whatever the project says of its neighbours.
  const said = encodingOfMark(firstBytes) ?? rule.encoding;
  // JSON is UTF-8 by its standard (RFC 8259, section 8.1): bytes that are not are faults, unless somebody says more.
  const isGuessed = said === undefined && !/^json/.test(rule.format ?? formatOf(firstBytes, fileName));
  const guess = isGuessed && !binaryKind(firstBytes) ? await guessEncoding(firstBytes) : undefined;
  await loadEncoding(said ?? guess?.encoding);
  const encoding = openEncoding(said ?? guess?.encoding);
  if (encoding === 'unsupported') {
    const message = `The encoding "${rule.encoding?.slice(0, 40)}" can't be read. Save the file as UTF-8 to label it.`;
    return { refusal: { code: 'encoding-unsupported', message } };
  }
  const head = encoding ? encoding.toUtf8(firstBytes, false).utf8 : firstBytes;
  const refusal = refusalOf(firstBytes, head);
  if (refusal) return { refusal };
  const layout = layoutOf(head, fileName, rule);
  if (!encoding) return { layout };
  return { layout: { ...layout, encoding: encoding.name }, ...(guess ? { guess } : {}) };
}

function layoutOf(head: Uint8Array, fileName: string, rule: LayoutRule): FileLayout {
  const format = rule.format ?? formatOf(head, fileName);
  switch (format) {
    case 'text':
      return { format, recordPer: rule.recordPer === 'file' ? 'file' : 'line' };
    case 'markdown':
      return { format, recordPer: rule.recordPer === 'heading' ? 'heading' : 'file' };
    case 'csv':
      return csvLayout(head, fileName, rule);
    case 'json':
      return jsonLayout(head, rule);
    case 'jsonl':
      return jsonlLayout(head, rule);
  }
}

// https://www.iana.org/assignments/media-types; the first bytes of what is often found under a wrong name.
const BINARY_STARTS: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a GZIP archive', [0x1f, 0x8b]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a program', [0x7f, 0x45, 0x4c, 0x46]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
];

function binaryKind(bytes: Uint8Array): string | undefined {
  return BINARY_STARTS.find(([, start]) => start.every((byte, i) => bytes[i] === byte))?.[0];
}

function refusalOf(bytes: Uint8Array, decoded: Uint8Array): { code: string; message: string } | undefined {
  const kind = binaryKind(bytes);
  if (kind) return { code: 'binary', message: `This file is not text: it looks like ${kind}.` };
  // A stray NUL is data; many of them are a binary file, or an encoding that was not named.
  const head = decoded.subarray(0, 8192);
  let nulCount = 0;
  for (const byte of head) if (byte === 0) nulCount++;
  return nulCount * 100 > head.length
    ? {
        code: 'binary',
        message:
          'This file is full of NUL bytes: it is not text, or in an encoding that the project does not name.',
      }
    : undefined;
}

function formatOf(bytes: Uint8Array, fileName: string): FormatName {
  const ending = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  if (ending === 'jsonl' || ending === 'ndjson') return startsAsList(bytes) ? 'json' : 'jsonl';
  if (ending === 'json') return isJsonLines(bytes) ? 'jsonl' : 'json';
  if (ending === 'csv' || ending === 'tsv') return isJsonLines(bytes) ? 'jsonl' : 'csv';
  if (ending === 'md' || ending === 'markdown') return 'markdown';
  return ending !== 'txt' && isJsonLines(bytes) ? 'jsonl' : 'text';
}

/** Objects on lines of their own: more than one, for one alone is also a JSON file. */
function isJsonLines(bytes: Uint8Array): boolean {
  return sampleObjects(bytes, 2).length === 2;
}

/** A pretty-printed list under the name of JSON Lines; lists on lines of their own are something else. */
function startsAsList(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  return /^\[\s*(\{|\[|"|$)/.test(head) && !/^\[.*\][ \t]*[\r\n]/.test(head);
}

function jsonlLayout(bytes: Uint8Array, rule: LayoutRule): FileLayout {
  return { format: 'jsonl', ...jsonFieldsOf(sampleObjects(bytes, SAMPLE_COUNT), rule) };
}

function jsonLayout(bytes: Uint8Array, rule: LayoutRule): FileLayout {
  const records = listOfRecords(new TextDecoder().decode(bytes));
  const samples = sampleValues(bytes, records, SAMPLE_COUNT);
  return { format: 'json', ...(records === undefined ? {} : { records }), ...jsonFieldsOf(samples, rule) };
}

/** The text and the id of rows that are values of JSON. Rows that are texts themselves have the empty field. */
function jsonFieldsOf(
  values: readonly unknown[],
  rule: LayoutRule,
): Pick<FileLayout, 'textField' | 'idField'> {
  const samples = values.flatMap((value) =>
    typeof value === 'object' && value !== null ? [flatten(value)] : [],
  );
  const areTexts = values.length > 0 && values.every((value) => typeof value === 'string');
  const textField = rule.text ?? (areTexts ? '' : (guessTextField(samples) ?? 'text'));
  const idField = rule.id ?? guessIdField(samples, textField);
  return { textField, ...(idField === undefined ? {} : { idField }) };
}

/**
 * Where the list of records is in the beginning of a JSON file: the list with the most characters whose elements are
 * objects or texts, '' for the file itself; undefined when there is none.
 */
function listOfRecords(json: string): string | undefined {
  const candidates = new Map<string, number>();
  collectLists(json, 0, '', 1, candidates);
  return [...candidates].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function collectLists(
  json: string,
  at: number,
  path: string,
  depth: number,
  into: Map<string, number>,
): void {
  const members = membersOf(json, at);
  const first = members[0];
  if (first === undefined) return;
  if (first.key === 0) {
    const isRecord = json[first.start] === '{' || json[first.start] === '"';
    if (isRecord) into.set(path, members.at(-1)!.end - first.start);
  } else if (depth <= MAX_NESTING) {
    for (const { key, start } of members) {
      // A key with a dot in it can't be part of a path.
      if (!String(key).includes('.') && key !== '')
        collectLists(json, start, path ? `${path}.${key}` : String(key), depth + 1, into);
    }
  }
}

function csvLayout(bytes: Uint8Array, fileName: string, rule: LayoutRule): FileLayout {
  const delimiter = rule.delimiter ?? (/\.tsv$/i.test(fileName) ? '\t' : guessDelimiter(bytes));
  const [header = [], ...rows] = sampleRows(bytes, delimiter, SAMPLE_COUNT + 1);
  const columns = columnsOf(header);
  const samples = rows
    .filter((row) => row.length === columns.length)
    .map((row): Sample => new Map(columns.map((name, i) => [name, row[i]!])));
  // A file with a header alone has names to go by, if nothing else.
  const named = samples.length > 0 ? samples : [new Map(columns.map((name) => [name, name]))];
  const textField = rule.text ?? guessTextField(named) ?? columns[0] ?? 'text';
  const idField = rule.id ?? guessIdField(samples, textField);
  return { format: 'csv', delimiter, columns, textField, ...(idField === undefined ? {} : { idField }) };
}

/** The values of one row that could be a text or an id, by the path of their field. */
type Sample = ReadonlyMap<string, string | number>;

const SAMPLE_COUNT = 100;
/** Fields of nested objects are candidates this far down. */
const MAX_NESTING = 3;

/** Names of fields that hold the text, the most telling first. */
export const TEXT_NAMES: readonly string[] = [
  'text',
  'body',
  'content',
  'message',
  'sentence',
  'document',
  'comment',
  'review',
  'utterance',
  'question',
  'query',
  'tweet',
  'post',
  'abstract',
  'description',
  'summary',
  'title',
];
const ID_NAMES = [
  'id',
  '_id',
  'uid',
  'uuid',
  'guid',
  'doc_id',
  'docid',
  'document_id',
  'record_id',
  'text_id',
];

/** A field with a telling name that most rows have as text, else the one with the most text in it. */
function guessTextField(samples: readonly Sample[]): string | undefined {
  const lengths = new Map<string, { rows: number; characters: number }>();
  for (const sample of samples) {
    for (const [path, value] of sample) {
      if (typeof value !== 'string') continue;
      const sum = lengths.get(path) ?? { rows: 0, characters: 0 };
      lengths.set(path, { rows: sum.rows + 1, characters: sum.characters + value.length });
    }
  }
  const common = [...lengths].filter(([, { rows }]) => rows * 2 >= samples.length).map(([path]) => path);
  const byName = TEXT_NAMES.flatMap((name) => common.find((path) => lastName(path) === name) ?? []);
  return byName[0] ?? common.sort((a, b) => lengths.get(b)!.characters - lengths.get(a)!.characters)[0];
}

/** A field with a telling name whose values differ in all rows that have one. */
function guessIdField(samples: readonly Sample[], textField: string): string | undefined {
  const paths = new Set(samples.flatMap((sample) => [...sample.keys()]));
  paths.delete(textField);
  for (const name of ID_NAMES) {
    for (const path of paths) {
      if (lastName(path) !== name) continue;
      const values = samples.flatMap((sample) => sample.get(path) ?? []);
      if (new Set(values).size === values.length) return path;
    }
  }
  return undefined;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}

/** The separator that cuts the first rows into the most columns, of those that cut nearly all rows alike. */
function guessDelimiter(bytes: Uint8Array): string {
  let best = { delimiter: ',', columns: 1 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const [header, ...rows] = sampleRows(bytes, delimiter, SAMPLE_COUNT + 1);
    const columns = header?.length ?? 0;
    const alike = rows.filter((row) => row.length === columns).length;
    if (columns > best.columns && alike * 10 >= rows.length * 8) best = { delimiter, columns };
  }
  return best.delimiter;
}

/** The first objects of a JSON Lines file; broken lines are passed over. */
function sampleObjects(bytes: Uint8Array, limit: number): object[] {
  const objects: object[] = [];
  const splitter = new LineSplitter({
    line: (window, length) => {
      if (objects.length >= limit) return;
      try {
        const value: unknown = JSON.parse(decodeUtf8(window.first(length)) ?? '');
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) objects.push(value);
      } catch {
        // The reader will report it.
      }
    },
    tooLong: () => {},
  });
  splitter.push(bytes);
  // The last line may be cut, and then it is passed over like any that does not parse.
  splitter.end();
  return objects;
}

function flatten(value: object, prefix = '', depth = 1, into = new Map<string, string | number>()): Sample {
  for (const [name, member] of Object.entries(value)) {
    const path = Array.isArray(value) ? `${prefix}[${name}]` : prefix ? `${prefix}.${name}` : name;
    if (typeof member === 'string' || typeof member === 'number') into.set(path, member);
    else if (typeof member === 'object' && member !== null && depth < MAX_NESTING && into.size < 1000) {
      // Of a list the first element is a candidate: `messages[0].content`.
      flatten(Array.isArray(member) ? member.slice(0, 1) : member, path, depth + 1, into);
    }
  }
  return into;
}
