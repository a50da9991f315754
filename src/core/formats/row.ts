/** What one row of a file says: its text, its id, its other fields; or what is wrong with it. */

/** What is wrong with a row, and where: a position in the row's text. */
export interface RowFault {
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

/** A row read again from its bytes. */
export interface RowContent {
  readonly text: string;
  readonly id?: string;
  /** The other fields in order, as text. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Why a value can't be a record's text; undefined when it can. */
export function whyNoText(text: unknown, field: string): { code: string; message: string } | undefined {
  const name = `"${field.slice(0, 80)}"`;
  if (text === undefined)
    return { code: 'text-missing', message: `There is no text: no field ${name} here.` };
  if (text === null)
    return { code: 'text-missing', message: `There is no text: the field ${name} is null here.` };
  if (typeof text !== 'string') {
    const kind = Array.isArray(text) ? 'a list' : typeof text === 'object' ? 'an object' : `a ${typeof text}`;
    return { code: 'text-not-string', message: `The field ${name} holds ${kind} here, not a text.` };
  }
  if (text.trim() === '') return { code: 'text-empty', message: 'The text is empty.' };
  if (!text.isWellFormed()) {
    return {
      code: 'text-lone-surrogate',
      message: 'The text holds half of a character (a lone surrogate), which no file can store exactly.',
    };
  }
  return undefined;
}
