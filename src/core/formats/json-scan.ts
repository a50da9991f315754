/**
 * Looks at JSON as it is written: where it breaks, which keys repeat, how a number is spelled. `JSON.parse` makes
 * the values and is far faster at it; it forgets all three. Nothing here recurses, so depth costs no stack.
 */
import type { FieldPath } from '../records/field-path.ts';
import { MAX_JSON_DEPTH } from './limits.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ARRAY_OPEN = 0x5b;
const ARRAY_CLOSE = 0x5d;
const OBJECT_OPEN = 0x7b;
const OBJECT_CLOSE = 0x7d;

export interface JsonScan {
  /** Where the first key begins that its object has already, or -1. */
  readonly repeatedKeyAt: number;
  /** Where nesting passes MAX_JSON_DEPTH, or -1. */
  readonly tooDeepAt: number;
}

/** @param json must be valid JSON */
export function scanJson(json: string): JsonScan {
  // One set of keys a depth, used again by the next object there; undefined at the depth of an array.
  const keysAt: (Set<string> | undefined)[] = [];
  let depth = -1;
  let isKey = false;
  let repeatedKeyAt = -1;
  for (let i = 0; i < json.length; i++) {
    switch (json.charCodeAt(i)) {
      case QUOTE: {
        const end = stringEnd(json, i);
        const keys = keysAt[depth];
        if (isKey && keys) {
          const key = unescaped(json.slice(i + 1, end - 1));
          if (keys.has(key) && repeatedKeyAt < 0) repeatedKeyAt = i;
          keys.add(key);
          isKey = false;
        }
        i = end - 1;
        break;
      }
      case OBJECT_OPEN: {
        if (++depth >= MAX_JSON_DEPTH) return { repeatedKeyAt, tooDeepAt: i };
        const keys = emptySetFor(depth);
        keysAt[depth] = keys;
        isKey = true;
        break;
      }
      case ARRAY_OPEN:
        if (++depth >= MAX_JSON_DEPTH) return { repeatedKeyAt, tooDeepAt: i };
        keysAt[depth] = undefined;
        isKey = false;
        break;
      case OBJECT_CLOSE:
      case ARRAY_CLOSE:
        depth--;
        isKey = false;
        break;
      case COMMA:
        isKey = keysAt[depth] !== undefined;
        break;
    }
  }
  return { repeatedKeyAt, tooDeepAt: -1 };
}

/** A member of an object, or an element of an array, with the place of its value. */
export interface JsonMember {
  readonly key: string | number;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of the object or array whose value begins at `at`; none for other values.
 *
 * @param json valid JSON, or its beginning: then the last member is what there is of it
 */
export function membersOf(json: string, at = 0): JsonMember[] {
  const members: JsonMember[] = [];
  let i = skipSpace(json, at);
  const isArray = json.charCodeAt(i) === ARRAY_OPEN;
  if (!isArray && json.charCodeAt(i) !== OBJECT_OPEN) return members;
  i = skipSpace(json, i + 1);
  while (i < json.length && json.charCodeAt(i) !== ARRAY_CLOSE && json.charCodeAt(i) !== OBJECT_CLOSE) {
    let key: string | number = members.length;
    if (!isArray) {
      const end = stringEnd(json, i);
      key = unescaped(json.slice(i + 1, end - 1));
      i = skipSpace(json, skipSpace(json, end) + 1);
    }
    const end = valueEnd(json, i);
    members.push({ key, start: i, end });
    i = skipSpace(json, end);
    if (json.charCodeAt(i) === COMMA) i = skipSpace(json, i + 1);
  }
  return members;
}

/** The value at a path exactly as it is written, or undefined; where a key repeats the last one counts. */
export function sourceAt(json: string, path: string, steps: FieldPath): string | undefined {
  const whole = membersOf(json).findLast(({ key }) => key === path);
  if (whole) return json.slice(whole.start, whole.end);
  let start = 0;
  let end = json.length;
  for (const step of steps) {
    const member = membersOf(json, start).findLast(({ key }) => key === step);
    if (!member) return undefined;
    ({ start, end } = member);
  }
  return json.slice(start, end);
}

/**
 * Where JSON that `JSON.parse` refused breaks (RFC 8259): the first character that can't be there, or the length
 * when it ends too early.
 */
export function syntaxErrorAt(json: string): number {
  const isObjectAt: boolean[] = [];
  let expects: 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' = 'value';
  let i = skipSpace(json, 0);
  for (;;) {
    if (i >= json.length) return json.length;
    const code = json.charCodeAt(i);
    const closes = expects === 'comma-or-close' || expects === 'value-or-close' || expects === 'key-or-close';
    if (closes && code === (isObjectAt.at(-1) ? OBJECT_CLOSE : ARRAY_CLOSE)) {
      isObjectAt.pop();
      expects = 'comma-or-close';
      i++;
    } else if (expects === 'comma-or-close') {
      if (code !== COMMA) return i;
      expects = isObjectAt.at(-1) ? 'key' : 'value';
      i++;
    } else if (expects === 'colon') {
      if (code !== COLON) return i;
      expects = 'value';
      i++;
    } else if (expects === 'key' || expects === 'key-or-close') {
      if (code !== QUOTE) return i;
      const end = strictStringEnd(json, i);
      if (end < 0) return -1 - end;
      expects = 'colon';
      i = end;
    } else if (code === OBJECT_OPEN || code === ARRAY_OPEN) {
      isObjectAt.push(code === OBJECT_OPEN);
      expects = code === OBJECT_OPEN ? 'key-or-close' : 'value-or-close';
      i++;
    } else {
      const end = code === QUOTE ? strictStringEnd(json, i) : strictScalarEnd(json, i);
      if (end < 0) return -1 - end;
      expects = 'comma-or-close';
      i = end;
    }
    i = skipSpace(json, i);
    if (isObjectAt.length === 0 && expects === 'comma-or-close') return i;
  }
}

/** The position after the string that begins at `at`, or, when it is not one, where it breaks, as -1 - position. */
function strictStringEnd(json: string, at: number): number {
  for (let i = at + 1; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code < 0x20) return -1 - i;
    if (code !== BACKSLASH) continue;
    i++;
    const isEscape = '"\\/bfnrt'.includes(json.charAt(i)) && i < json.length;
    if (!isEscape && !/^u[0-9a-fA-F]{4}$/.test(json.slice(i, i + 5))) return -1 - Math.min(i, json.length);
    if (!isEscape) i += 4;
  }
  return -1 - json.length;
}

/** The same for a number or a word. */
function strictScalarEnd(json: string, at: number): number {
  // Longer ones are cut, so they break where they begin; a pattern must not be asked about megabytes of digits.
  const [scalar] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
    json.slice(at, at + LONGEST_SCALAR),
  ) ?? [''];
  return scalar === '' ? -1 - at : at + scalar.length;
}

const LONGEST_SCALAR = 10_000;

/** The position after the string that begins at `at`. */
function stringEnd(json: string, at: number): number {
  for (let close = json.indexOf('"', at + 1); close >= 0; close = json.indexOf('"', close + 1)) {
    let first = close;
    while (json.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((close - first) % 2 === 0) return close + 1;
  }
  return json.length;
}

/** Sets are kept from row to row: making one costs more than the whole scan of a short row. */
const setsByDepth: Set<string>[] = [];

function emptySetFor(depth: number): Set<string> {
  const keys = setsByDepth[depth] ?? new Set<string>();
  keys.clear();
  setsByDepth[depth] = keys;
  return keys;
}

/** The position after the value that begins at `at`. */
function valueEnd(json: string, at: number): number {
  let depth = 0;
  for (let i = at; i < json.length; ) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) {
      i = stringEnd(json, i);
      if (depth === 0) return i;
    } else if (code === OBJECT_OPEN || code === ARRAY_OPEN) {
      depth++;
      i++;
    } else if (code === OBJECT_CLOSE || code === ARRAY_CLOSE) {
      if (depth === 0) return i;
      i++;
      if (--depth === 0) return i;
    } else if (depth === 0 && (code === COMMA || isSpace(code))) return i;
    else i++;
  }
  return json.length;
}

function skipSpace(json: string, at: number): number {
  let i = at;
  while (isSpace(json.charCodeAt(i))) i++;
  return i;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function unescaped(inside: string): string {
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return inside; // Only where the JSON is not valid.
  }
}
