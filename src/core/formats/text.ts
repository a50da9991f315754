/** Reads plain text: a record a line, or the whole file as one. */
import { ByteWindow, utf8BomLength } from './bytes.ts';
import type { FileLayout, FormatReader, ReadSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { LineSplitter, takeRecords } from './lines.ts';
import { lineTooLong, utf8Problem } from './problems.ts';
import { decodeUtf8 } from './utf8.ts';

export function textReader(layout: FileLayout, sink: ReadSink): FormatReader {
  return layout.recordPer === 'file' ? new WholeFile(sink) : lineReader(sink);
}

function lineReader(sink: ReadSink): FormatReader {
  const { placed } = sink;
  return new LineSplitter(
    {
      ...(placed ? { many: (window, line) => takeRecords(placed, window, line, 'text') } : {}),
      line: (window, length, line) => readText(window.first(length), window.offset, line, sink),
      tooLong: (offset, line) => sink.problem(lineTooLong(offset, line)),
    },
    placed?.rows,
  );
}

class WholeFile implements FormatReader {
  readonly #sink: ReadSink;
  readonly #window = new ByteWindow();
  #isTooLong = false;

  constructor(sink: ReadSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    if (this.#isTooLong) return;
    this.#window.append(chunk);
    // The mark is not part of the text, so it does not count.
    this.#isTooLong = this.#window.end > MAX_ROW_BYTES + 3;
  }

  end(): void {
    const window = this.#window;
    window.dropTo(window.start + utf8BomLength(window, true)!);
    const bytes = window.bytes.subarray(window.start, window.end);
    if (this.#isTooLong || bytes.length > MAX_ROW_BYTES) this.#sink.problem(lineTooLong(window.offset, 1));
    else readText(bytes, window.offset, 1, this.#sink);
  }
}

/** Blank texts are no records and no problem. */
function readText(bytes: Uint8Array, offset: number, line: number, sink: ReadSink): void {
  const text = decodeUtf8(bytes);
  if (text === undefined) sink.problem(utf8Problem(bytes, offset, line));
  else if (text.trim() !== '') sink.record({ text, offset, length: bytes.length, line });
}
