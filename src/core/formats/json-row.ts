/** Makes one record of one JSON value: its text, its id as written, its other fields. */
import { type FieldPath, lookUp, parseFieldPath } from '../records/field-path.ts';
import type { FileLayout } from './format.ts';
import { membersOf, scanJson, sourceAt, syntaxErrorAt } from './json-scan.ts';
import { type RowFault, whyNoText } from './row.ts';

export interface ParsedRow {
  readonly text: string;
  readonly id?: string;
}

export interface JsonFields {
  readonly textPath: string;
  readonly textSteps: FieldPath;
  readonly idPath: string | undefined;
  readonly idSteps: FieldPath;
}

export function jsonFields(layout: FileLayout): JsonFields {
  const textPath = layout.textField ?? '';
  return {
    textPath,
    textSteps: parseFieldPath(textPath),
    idPath: layout.idField,
    idSteps: parseFieldPath(layout.idField ?? ''),
  };
}

/**
 * Reads a row. A fault without a record is why there is none; faults beside a record are worth telling.
 *
 * @param fault called for everything that is wrong
 */
export function parseJsonRow(
  json: string,
  fields: JsonFields,
  fault: (fault: RowFault) => void,
): ParsedRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    fault({ code: 'json-syntax', message: 'This is not valid JSON.', at: syntaxErrorAt(json) });
    return undefined;
  }
  const { repeatedKeyAt, tooDeepAt } = scanJson(json);
  if (tooDeepAt >= 0) {
    fault({ code: 'json-too-deep', message: 'This JSON is nested too deeply.', at: tooDeepAt });
    return undefined;
  }
  if (repeatedKeyAt >= 0) {
    fault({
      code: 'json-key-repeated',
      message: 'A key occurs twice in one object; the last one counts.',
      at: repeatedKeyAt,
    });
  }
  const text = lookUp(value, fields.textPath, fields.textSteps);
  const wrong = whyNoText(text, fields.textPath);
  if (wrong) {
    fault({ ...wrong, at: 0 });
    return undefined;
  }
  const id = idOf(json, value, fields, fault);
  return { text: text as string, ...(id === undefined ? {} : { id }) };
}

/** The other members of the row in order, as text: strings as they are, everything else as it is written. */
export function otherJsonFields(json: string, layout: FileLayout): [name: string, value: string][] {
  return membersOf(json)
    .filter(({ key }) => key !== layout.textField)
    .map(({ key, start, end }) => {
      const source = json.slice(start, end);
      return [String(key), source.startsWith('"') ? (JSON.parse(source) as string) : source];
    });
}

function idOf(
  json: string,
  value: unknown,
  { idPath, idSteps }: JsonFields,
  fault: (fault: RowFault) => void,
): string | undefined {
  if (idPath === undefined) return undefined;
  const id = lookUp(value, idPath, idSteps);
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'string' && id.isWellFormed()) return id;
  // JSON.parse rounds beyond 2^53, and 1.0 and 1 are two ids.
  if (typeof id === 'number') return sourceAt(json, idPath, idSteps);
  fault({
    code: 'id-unusable',
    message: 'The id here is neither a text nor a number; it is left out.',
    at: 0,
  });
  return undefined;
}
