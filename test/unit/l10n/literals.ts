/** The string literals of a TypeScript source, without a parser: enough for sources as they are written here. */

export interface Literal {
  /** What it says; of a template each `${…}` is `{0}`, `{1}` … as in a sentence to translate. */
  readonly value: string;
  /** Where it begins and ends, its quotes included. */
  readonly start: number;
  readonly end: number;
}

/** Those in templates' expressions too, before the template itself. */
export function literalsIn(source: string): Literal[] {
  const found: Literal[] = [];
  scan(source, 0, undefined, found);
  return found;
}

/** Reads code up to `until`, at depth 0; @returns the place after it. */
function scan(source: string, start: number, until: '}' | undefined, found: Literal[]): number {
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const character = source[at]!;
    if (character === '/' && source[at + 1] === '/') at = endOr(source.indexOf('\n', at), source);
    else if (character === '/' && source[at + 1] === '*') at = endOr(source.indexOf('*/', at), source) + 2;
    else if (character === '/' && beginsRegExp(source, at)) at = afterRegExp(source, at);
    else if (character === "'" || character === '"') at = quoted(source, at, found);
    else if (character === '`') at = template(source, at, found);
    else {
      if (character === '{') depth++;
      if (character === '}' && depth-- === 0 && until) return at + 1;
      at++;
    }
  }
  return at;
}

function quoted(source: string, start: number, found: Literal[]): number {
  let end = start + 1;
  while (end < source.length && source[end] !== source[start]) end += source[end] === '\\' ? 2 : 1;
  found.push({ value: unescaped(source.slice(start + 1, end)), start, end: end + 1 });
  return end + 1;
}

function template(source: string, start: number, found: Literal[]): number {
  let value = '';
  let raw = '';
  let place = 0;
  let at = start + 1;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      at = scan(source, at + 2, '}', found);
      value += `${unescaped(raw)}{${place++}}`;
      raw = '';
    } else {
      const length = source[at] === '\\' ? 2 : 1;
      raw += source.slice(at, at + length);
      at += length;
    }
  }
  found.push({ value: value + unescaped(raw), start, end: at + 1 });
  return at + 1;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|u\{([0-9a-f]+)\}|([\s\S]))/gi, (_, four, more, one) => {
    if (one !== undefined) return { n: '\n', t: '\t', r: '\r', 0: '\0' }[one as string] ?? one;
    return String.fromCodePoint(Number.parseInt(four ?? more, 16));
  });
}

/** A slash divides after a value, and begins a regular expression elsewhere. */
function beginsRegExp(source: string, at: number): boolean {
  return /(?:[(,=:[!&|?{};+]|=>|\breturn|^)\s*$/.test(source.slice(Math.max(0, at - 40), at));
}

function afterRegExp(source: string, start: number): number {
  let isInClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '[') isInClass = true;
    else if (character === ']') isInClass = false;
    else if (character === '/' && !isInClass) return at + 1;
  }
  return source.length;
}

function endOr(place: number, source: string): number {
  return place === -1 ? source.length : place;
}
