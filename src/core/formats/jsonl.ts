/** Reads JSON Lines: one JSON object a line. */
import type { FieldPath } from '../records/field-path.ts';
import type { FileLayout, FormatReader, ReadSink } from './format.ts';
import { type JsonFields, jsonFields, parseJsonRow } from './json-row.ts';
import { LineSplitter, takeRecords } from './lines.ts';
import { lineTooLong, problemIn, utf8Problem } from './problems.ts';
import { decodeUtf8, utf8Length } from './utf8.ts';

export function jsonlReader(layout: FileLayout, sink: ReadSink): FormatReader {
  const fields = jsonFields(layout);
  const placed =
    isPlain(fields) && sink.placed?.rows.useKeys(fields.textPath, fields.idPath) ? sink.placed : undefined;
  return new LineSplitter(
    {
      ...(placed ? { many: (window, line) => takeRecords(placed, window, line, 'jsonl') } : {}),
      line: (window, length, line) => readLine(window.first(length), window.offset, line, fields, sink),
      tooLong: (offset, line) => sink.problem(lineTooLong(offset, line)),
    },
    placed?.rows,
  );
}

function readLine(bytes: Uint8Array, offset: number, line: number, fields: JsonFields, sink: ReadSink): void {
  if (isBlank(bytes)) return;
  const json = decodeUtf8(bytes);
  if (json === undefined) {
    sink.problem(utf8Problem(bytes, offset, line));
    return;
  }
  const row = parseJsonRow(json, fields, ({ code, message, at }) => {
    sink.problem(problemIn({ offset, line }, utf8Length(json, at), code, message));
  });
  if (row) sink.record({ ...row, offset, length: bytes.length, line });
}

/** Whether text and id are members of the row itself. */
function isPlain({ textPath, textSteps, idPath, idSteps }: JsonFields): boolean {
  const isName = (path: string, steps: FieldPath) => steps.length === 1 && steps[0] === path;
  return isName(textPath, textSteps) && (idPath === undefined || isName(idPath, idSteps));
}

/** Whether there is nothing but JSON's own white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09) return false;
  return true;
}
