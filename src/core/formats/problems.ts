/** The problems that every reader can meet, in the same words. */
import { CR, countLineEnds, LF } from './bytes.ts';
import type { Problem } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { firstInvalidUtf8 } from './utf8.ts';

/** A problem `byte` bytes into the row that begins at this place. */
export function problemIn(
  row: { readonly offset: number; readonly line: number },
  byte: number,
  code: string,
  message: string,
): Problem {
  return { code, message, line: row.line, column: byte + 1, offset: row.offset + byte };
}

export const NOT_UTF8 =
  'This is not valid UTF-8, so the row is left out. If the file has another encoding, name it in the project.';

/** The first byte of a row that is not UTF-8; the row may have line ends in it. */
export function utf8Problem(bytes: Uint8Array, offset: number, line: number): Problem {
  const at = firstInvalidUtf8(bytes);
  const before = bytes.subarray(0, at);
  const lineStart = Math.max(before.lastIndexOf(LF), before.lastIndexOf(CR)) + 1;
  return {
    code: 'utf8-invalid',
    message: NOT_UTF8,
    line: line + countLineEnds(before),
    column: at - lineStart + 1,
    offset: offset + at,
  };
}

export function lineTooLong(offset: number, line: number): Problem {
  const limit = `${MAX_ROW_BYTES / 1024 / 1024} MB`;
  return problemIn(
    { offset, line },
    0,
    'line-too-long',
    `This row is longer than ${limit}, so it is left out.`,
  );
}
