/** Which lines of an open file a record takes, and which record the cursor is in. */
import * as vscode from 'vscode';
import type { FileLayout } from '../core/formats/format.ts';
import type { IndexedRecord } from '../core/records/record.ts';
import type { Engine } from '../engine/engine.ts';

/**
 * The last line of a record in an open document, 0-based; undefined when the document does not hold the record there:
 * it has been edited, or the index has yet to catch up. Lengths are compared, not texts, so this is cheap enough for
 * every line in sight; what is to be labelled is compared by its text as well.
 */
export function lastLineOf(
  document: vscode.TextDocument,
  record: Pick<IndexedRecord, 'line' | 'length'>,
  layout: FileLayout,
): number | undefined {
  const first = record.line - 1;
  if (first >= document.lineCount) return undefined;
  // These do not begin where their line begins, or are not counted in the bytes of UTF-8.
  if (layout.format === 'json' || !/^utf-?8$/i.test(layout.encoding ?? 'utf-8')) return first;
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? 2 : 1;
  let bytes = 0;
  for (let line = first; line < document.lineCount; line++) {
    bytes += Buffer.byteLength(document.lineAt(line).text);
    if (bytes >= record.length) return bytes === record.length ? line : undefined;
    bytes += lineEnd;
  }
  return undefined;
}

/** The record that a line (0-based) of an open document belongs to. */
export function recordAtLine(
  document: vscode.TextDocument,
  line: number,
  { engine, src }: { readonly engine: Engine; readonly src: string },
): IndexedRecord | undefined {
  const layout = engine.index.layoutOf(src);
  const record = layout && engine.index.recordUpToLine(src, line + 1);
  const last = record && lastLineOf(document, record, layout);
  if (last === undefined) return undefined;
  // The lines of a JSON value are not counted: it goes on until the next one begins.
  return line <= last || layout?.format === 'json' ? record : undefined;
}
