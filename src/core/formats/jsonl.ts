/** Reads JSON Lines: one JSON object a line. */
import type { FieldPath } from '../records/field-path.ts';
import type { FileLayout, FormatReader, PlacedRecord, ReadSink } from './format.ts';
import { type JsonFields, jsonFields, parseJsonRow } from './json-row.ts';
import { LineSplitter } from './lines.ts';
import { lineTooLong, problemIn, utf8Problem } from './problems.ts';
import type { Mutable } from './row-kernel.ts';
import { decodeUtf8, utf8Length } from './utf8.ts';

export function jsonlReader(layout: FileLayout, sink: ReadSink): FormatReader {
  const fields = jsonFields(layout);
  const placed =
    isPlain(fields) && sink.placed?.rows.useKeys(fields.textPath, fields.idPath) ? sink.placed : undefined;
  const record: Mutable<PlacedRecord> = {
    text: { address: 0, length: 0 },
    id: undefined,
    offset: 0,
    length: 0,
    line: 0,
  };
  return new LineSplitter(
    {
      line: (window, length, line) => {
        const { offset } = window;
        if (!placed?.rows.readJson(window.address + window.start, length, record)) {
          readLine(window.first(length), offset, line, fields, sink);
          return;
        }
        record.offset = offset;
        record.length = length;
        record.line = line;
        placed.record(record);
      },
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
