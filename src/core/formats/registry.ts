/** Every format there is: how to read a file of it, and how to read one of its rows again. */
import { csvReader } from './csv.ts';
import { splitRow } from './csv-row.ts';
import { openEncoding } from './encodings.ts';
import type { FileLayout, FormatName, FormatReader, ReadSink } from './format.ts';
import { jsonReader } from './json.ts';
import { jsonFields, otherJsonFields, parseJsonRow } from './json-row.ts';
import { jsonlReader } from './jsonl.ts';
import { markdownReader } from './markdown.ts';
import type { RowContent } from './row.ts';
import { textReader } from './text.ts';
import { type Encoding, TranscodingReader } from './transcoding.ts';
import { decodeUtf8 } from './utf8.ts';

interface Format {
  reader(layout: FileLayout, sink: ReadSink): FormatReader;
  /** Undefined when the row is not one. */
  content(row: string, layout: FileLayout): RowContent | undefined;
}

const FORMATS: Record<FormatName, Format> = {
  jsonl: { reader: jsonlReader, content: jsonContent },
  json: { reader: jsonReader, content: jsonContent },
  csv: { reader: csvReader, content: csvContent },
  text: { reader: textReader, content: textContent },
  markdown: { reader: markdownReader, content: textContent },
};

/**
 * A reader for a file of this layout. It reports to `sink` from within `push` and `end`; columns of problems count
 * bytes of UTF-8 whatever the file's encoding. `loadEncoding` goes before it, unless `detectLayout` gave the layout.
 */
export function openReader(layout: FileLayout, sink: ReadSink): FormatReader {
  const { reader } = FORMATS[layout.format];
  const encoding = encodingOf(layout);
  return encoding
    ? new TranscodingReader(encoding, sink, (inner) => reader(layout, inner))
    : reader(layout, sink);
}

/**
 * Reads one record again from its bytes, which a reader gave as `offset` and `length`. `loadEncoding` goes before it,
 * as above.
 *
 * @returns undefined when the bytes are no record of this layout any more
 */
export function readRecordAt(bytes: Uint8Array, layout: FileLayout): RowContent | undefined {
  const row = decodeUtf8(encodingOf(layout)?.toUtf8(bytes, true).utf8 ?? bytes);
  return row === undefined ? undefined : FORMATS[layout.format].content(row, layout);
}

function encodingOf(layout: FileLayout): Encoding | undefined {
  const encoding = openEncoding(layout.encoding);
  if (encoding === 'unsupported')
    throw new Error(`A layout names the encoding ${layout.encoding}, which has no decoder.`);
  return encoding;
}

function textContent(row: string): RowContent {
  return { text: row, fields: [] };
}

function jsonContent(row: string, layout: FileLayout): RowContent | undefined {
  const parsed = parseJsonRow(row, jsonFields(layout), () => {});
  return parsed && { ...parsed, fields: otherJsonFields(row, layout) };
}

function csvContent(row: string, layout: FileLayout): RowContent | undefined {
  const values = splitRow(row, layout.delimiter ?? ',');
  const columns = layout.columns ?? [];
  const text = values[columns.indexOf(layout.textField ?? '')];
  if (text === undefined) return undefined;
  const id = values[columns.indexOf(layout.idField ?? '')];
  const fields = columns.flatMap((name, i): [string, string][] =>
    name === layout.textField ? [] : [[name, values[i] ?? '']],
  );
  return { text, ...(id ? { id } : {}), fields };
}
