/** Reads JSON Lines: one JSON object a line. */
import type { FileLayout, FormatReader, ReadSink } from './format.ts';
import { jsonFields, parseJsonRow } from './json-row.ts';
import { LineSplitter } from './lines.ts';
import { lineTooLong, problemIn, utf8Problem } from './problems.ts';
import { decodeUtf8, utf8Length } from './utf8.ts';

export function jsonlReader(layout: FileLayout, sink: ReadSink): FormatReader {
  const fields = jsonFields(layout);
  return new LineSplitter({
    line: (bytes, offset, line) => {
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
    },
    tooLong: (offset, line) => sink.problem(lineTooLong(offset, line)),
  });
}

/** Whether there is nothing but JSON's own white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09) return false;
  return true;
}
