/** Reads labels from a file that somebody else wrote, or that Inkling exported: row by row, faults beside them. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { DETECTION_BYTES, detectLayout, TEXT_NAMES } from '../core/formats/detect.ts';
import type { FileLayout, FormatReader } from '../core/formats/format.ts';
import { sourceAt } from '../core/formats/json-scan.ts';
import { LineSplitter } from '../core/formats/lines.ts';
import { openReader, readRecordAt } from '../core/formats/registry.ts';
import { decodeUtf8 } from '../core/formats/utf8.ts';
import { lookUp, parseFieldPath } from '../core/records/field-path.ts';
import { isUuid } from '../core/records/uuid.ts';
import { UserError } from '../core/user-error.ts';
import type { ExportMeta } from './export.ts';

/** Which fields to look in; what is left out is guessed. */
export interface LabelFields {
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  readonly label?: string | undefined;
}

export interface LabelRow {
  /** 1-based. */
  readonly line: number;
  readonly id?: string;
  readonly text?: string;
  /** Names; an empty list where the row has one. Absent: the row says nothing. */
  readonly labels?: readonly string[];
  /** Present when the row comes from an export of Inkling. */
  readonly own?: ExportMeta;
}

export interface UnreadRow {
  readonly line: number;
  /** Why, as a sentence. */
  readonly fault: string;
}

/**
 * Gives the rows of a JSONL or CSV file, a few thousand at a time, in order. Every row that is not blank comes out:
 * read, or with the reason why not.
 *
 * @throws {UserError} `not-a-file`, `labels-unreadable` when it is no JSONL or CSV, or has no field with labels
 */
export async function* readLabelFile(
  path: string,
  fields: LabelFields,
): AsyncGenerator<(LabelRow | UnreadRow)[]> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) throw new UserError('not-a-file', `${path} can't be opened`, 'Choose a file that is there.');
  try {
    if (!(await file.stat()).isFile()) {
      throw new UserError('not-a-file', `${path} is not a file`, 'Choose a JSONL or CSV file.');
    }
    const chunk = Buffer.alloc(DETECTION_BYTES);
    let rows: (LabelRow | UnreadRow)[] = [];
    let reader: FormatReader | undefined;
    for (let position = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      const bytes = chunk.subarray(0, bytesRead);
      reader ??= await rowReader(path, bytes, fields, (row) => rows.push(row));
      if (bytesRead > 0) reader.push(bytes);
      else reader.end();
      if (rows.length > 0) yield rows;
      rows = [];
      if (bytesRead === 0) return;
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

type Take = (row: LabelRow | UnreadRow) => void;

async function rowReader(
  path: string,
  firstBytes: Uint8Array,
  fields: LabelFields,
  take: Take,
): Promise<FormatReader> {
  const found = await detectLayout(firstBytes, basename(path), {
    ...(fields.text !== undefined && { text: fields.text }),
    ...(fields.id !== undefined && { id: fields.id }),
  });
  if ('refusal' in found) throw unreadable(path, found.refusal.message);
  const layout = fields.text === undefined ? withTellingText(found.layout) : found.layout;
  if (layout.format === 'jsonl') return jsonlRows(layout, fields, take);
  if (layout.format === 'csv') return csvRows(path, layout, fields, take);
  throw unreadable(path, 'It is neither JSON Lines nor CSV.');
}

/**
 * A text is only guessed from a telling name: the longest field of a file of labels may be a remark, and taking it for
 * the text would refuse every row because the record says something else.
 */
function withTellingText(layout: FileLayout): FileLayout {
  const { textField, ...rest } = layout;
  return textField !== undefined && TEXT_NAMES.includes(textField.toLowerCase()) ? layout : rest;
}

function unreadable(path: string, why: string): UserError {
  return new UserError(
    'labels-unreadable',
    `No labels can be read from ${path}: ${why}`,
    'Choose another file.',
  );
}

/** Where labels are usually found; the first that a row has. */
const LABEL_NAMES = ['label', 'labels', 'category', 'class', 'target', 'tag', 'tags', 'y'];

function jsonlRows(layout: FileLayout, fields: LabelFields, take: Take): FormatReader {
  const labelNames = fields.label === undefined ? LABEL_NAMES : [fields.label];
  const read = (bytes: Uint8Array, line: number): LabelRow | UnreadRow | undefined => {
    const json = decodeUtf8(bytes);
    if (json === undefined) return { line, fault: 'This line is not valid UTF-8.' };
    if (json.trim() === '') return undefined;
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      return { line, fault: 'This line is not valid JSON.' };
    }
    const at = (path: string | undefined) =>
      path === undefined ? undefined : lookUp(value, path, parseFieldPath(path));
    const labels = labelNames.map(at).find((labels) => labels !== undefined && labels !== null);
    const names = namesIn(labels);
    if (names === 'unusable') return { line, fault: 'The label is neither a text nor a list of texts.' };
    const meta = at('meta');
    const own = isOwn(meta) ? meta : undefined;
    const id = at(own ? 'id' : layout.idField);
    const text = at(own ? 'text' : layout.textField);
    return {
      line,
      ...(typeof id === 'string' && { id }),
      // As it is written: JSON.parse rounds beyond 2⁵³, and 1.0 and 1 are two ids.
      ...(typeof id === 'number' && {
        id: sourceAt(json, layout.idField!, parseFieldPath(layout.idField!))!,
      }),
      ...(typeof text === 'string' && { text }),
      ...(names && { labels: names }),
      ...(own && { own }),
    };
  };
  return new LineSplitter({
    line: (window, length, line) => {
      const row = read(window.first(length), line);
      if (row) take(row);
    },
    tooLong: (_offset, line) => take({ line, fault: 'This line is too long.' }),
  });
}

/** A number or a truth value is a name as well; nothing at all is no label. */
function namesIn(labels: unknown): string[] | 'unusable' | undefined {
  if (labels === undefined || labels === null) return undefined;
  const values: unknown[] = Array.isArray(labels) ? labels : [labels];
  if (values.length === 0) return [];
  if (!values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) return 'unusable';
  const names = values.map((value) => String(value).trim()).filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}

function isOwn(meta: unknown): meta is ExportMeta {
  if (typeof meta !== 'object' || meta === null) return false;
  const { inkling, event, annotator, at, labels, src, line, hash, n, purpose } = meta as Record<
    string,
    unknown
  >;
  return (
    inkling === 1 &&
    typeof event === 'string' &&
    isUuid(event) &&
    isShort(annotator, 200) &&
    isShort(at, 40) &&
    Array.isArray(labels) &&
    labels.every((label) => isShort(label, 200)) &&
    isShort(src, 10_000) &&
    Number.isSafeInteger(line) &&
    typeof hash === 'string' &&
    /^[0-9a-f]{32}$/.test(hash) &&
    Number.isSafeInteger(n) &&
    (purpose === undefined || ['audit', 'train', 'review', 'search'].includes(purpose as string))
  );
}

function isShort(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}

/** Reads the file as if its texts were the labels, because a row without a label is what can't be used here. */
function csvRows(path: string, layout: FileLayout, fields: LabelFields, take: Take): FormatReader {
  const columns = layout.columns ?? [];
  const label = (fields.label === undefined ? LABEL_NAMES : [fields.label])
    .map((name) => columns.find((column) => column.toLowerCase() === name.toLowerCase()))
    .find((column) => column !== undefined);
  if (label === undefined)
    throw unreadable(path, `It has no column with labels, only ${columns.join(', ')}.`);
  const byLabel: FileLayout = { ...layout, textField: label };
  // The bytes since the last whole row: a row is read again for its other columns, from memory.
  let recent = Buffer.alloc(0);
  let recentOffset = 0;
  let readTo = 0;
  const reader = openReader(byLabel, {
    record: (record) => {
      const start = record.offset - recentOffset;
      const content = readRecordAt(recent.subarray(start, start + record.length), byLabel);
      const found = content?.fields.find(([name]) => name === layout.textField);
      readTo = record.offset + record.length;
      take({
        line: record.line,
        ...(record.id !== undefined && { id: record.id }),
        ...(found && { text: found[1] }),
        labels: [record.text.trim()],
      });
    },
    problem: ({ line, offset, code, message }) => {
      readTo = Math.max(readTo, offset);
      take({ line, fault: code.startsWith('text-') ? 'There is no label in this row.' : message });
    },
  });
  return {
    push: (bytes) => {
      recent = Buffer.concat([recent.subarray(readTo - recentOffset), bytes]);
      recentOffset = readTo;
      reader.push(bytes);
    },
    end: () => reader.end(),
  };
}
