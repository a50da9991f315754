/** What the sources say to people: every sentence written for translation, and what looks like one and is not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Literal, literalsIn } from './literals.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Speaks English only, to terminals and in reports. */
const ENGLISH_ONLY = /^src\/(cli|engine\/simulate)\//;
/** Where the functions that say things are written themselves. */
const SAYERS = new Set(['src/core/say.ts', 'webview/ui/say.ts']);

export interface Said {
  /** The English sentence; undefined where it is no literal. */
  readonly message: string | undefined;
  readonly place: string;
}

export function sources(): ReadonlyMap<string, string> {
  const files = ['src', 'webview'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.wasm.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  );
  return new Map(
    files
      .filter((file) => !ENGLISH_ONLY.test(file) && !SAYERS.has(file))
      .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]),
  );
}

/** The sentences given to `say` and its kin, and those that tables keep for them. */
export function saidIn(file: string, source: string): Said[] {
  const said: Said[] = [];
  for (const call of source.matchAll(/(?<![\w.#'"`])(say|sayOf|sayWith|vscode\.l10n\.t)\(\s*/g)) {
    if (/function\s+$/.test(source.slice(0, call.index))) continue;
    const place = `${file}:${source.slice(0, call.index).split('\n').length}`;
    const start = call.index + call[0].length;
    if (call[1] !== 'sayOf') {
      said.push({ message: literalAt(source, start)?.value, place });
      continue;
    }
    const one = literalAt(source, afterComma(source, start));
    const other = one && literalAt(source, afterComma(source, one.end));
    said.push({ message: one?.value, place }, { message: other?.value, place });
  }
  return said;
}

/**
 * The sentences that are made in English and said again where they are shown: of errors, of problems with files, of what
 * the learner's thread can't tell, and of strategies, whose first sentence stands on the card.
 */
export function keptIn(file: string, source: string): string[] {
  if (!/^src\/(core|engine|journal|store)\//.test(file) || TO_PROGRAMMERS.has(file)) return [];
  const errors = [...source.matchAll(/new UserError\(/g)].map(({ index }) => [
    index,
    afterCall(source, index),
  ]);
  return literalsIn(source).flatMap((literal) => {
    const { value, start, end } = literal;
    const before = source.slice(Math.max(0, start - 80), start);
    if (/(?:new Error|described)\(\s*$/.test(before) || !isSentence(value)) return [];
    if (file.startsWith('src/core/query/') && /^(Asks|Ranks|Shares) /.test(value))
      return [value.split(/(?<=\.) /)[0]!];
    const isKept =
      errors.some(([from, to]) => start > from! && end <= to!) ||
      (/\.$/.test(value) && MADE_OF_FILES.test(file)) ||
      /\b(?:wayOut|WAY_OUT|NOT_OFFERED|message|fault|why|title)\b\s*[:=]\s*$/.test(before) ||
      /\bunknown\(\s*$/.test(before) ||
      (file === 'src/engine/own-strategy.ts' && /\b(?:wrong\(|summary:)\s*$/.test(before));
    return isKept ? [value] : [];
  });
}

/** Phrases in the placeholders of such sentences. */
export const KEPT_PHRASES: readonly (readonly [file: string, ...phrases: string[]])[] = [
  ['src/core/formats/csv.ts', '1 field', '{0} fields'],
  ['src/core/formats/row.ts', 'a list', 'an object'],
  // Of the types that JavaScript and Zod name, those that people write.
  ['', 'a number', 'a boolean'],
  ['src/core/formats/json.ts', 'There is no list in this file', 'There is no list "{0}"'],
  ['src/engine/indexer/run.ts', 'which is a guess', 'which is an unsure guess'],
  [
    'src/core/formats/detect.ts',
    ...[
      'a PNG image',
      'a ZIP archive',
      'a GZIP archive',
      'a PDF',
      'a JPEG image',
      'a GIF image',
      'a program',
    ],
    'an SQLite database',
  ],
  [
    'src/core/query/mixed.ts',
    'evenly over the guessed labels, so that rare ones get their answers',
    'over the guessed labels as the pool has them, so that none is passed over',
  ],
  ['src/core/records/project.ts', 'The file', '{0}: {1}'],
  [
    'src/core/evaluate/stopping.ts',
    'Lower bound of the audit interval (Wilson 1927)',
    'goal.answers and goal.minutes of the project file',
  ],
];

/** Whose sentences are said to whoever looks for a fault in a terminal. */
const TO_PROGRAMMERS = new Set(['src/journal/verify.ts', 'src/journal/file-reader.ts']);
/** What they say of files ends with a full stop, and stands nowhere else. */
const MADE_OF_FILES =
  /^src\/(core\/formats|core\/records\/project|engine\/indexer|engine\/workspace-files|engine\/label-file)/;

function isSentence(text: string): boolean {
  return (
    !/^https?:|^\w+$/.test(text) &&
    /\p{L}{2,}\P{L}+\p{L}{2,}|\} (?:is|must)/u.test(text) &&
    /^[\p{Lu}"{-]|^returned/u.test(text)
  );
}

/** The place after the bracket that ends a call. */
function afterCall(source: string, start: number): number {
  const ends = new Map(literalsIn(source).map((literal: Literal) => [literal.start, literal.end]));
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    at = ends.get(at) ?? at;
    if (source[at] === '(') depth++;
    else if (source[at] === ')' && --depth === 0) return at + 1;
  }
  return source.length;
}

/** Text and spoken attributes in the `html` and `svg` templates of a page that are written there as they are. */
export function bareIn(file: string, source: string): string[] {
  const bare: string[] = [];
  for (const { index } of source.matchAll(/(?<![\w.])(?:html|svg)`/g)) {
    const markup = markupAt(source, source.indexOf('`', index) + 1);
    const line = source.slice(0, index).split('\n').length;
    const text = markup.replace(/<(?:[^<>"']|"[^"]*"|'[^']*')*>?/g, ' ');
    for (const [, attribute] of markup.matchAll(/\s(?:title|aria-label|placeholder|alt)="([^"]*)"/g))
      if (isWords(attribute!)) bare.push(`${file}:${line} ${attribute}`);
    if (isWords(text)) bare.push(`${file}:${line} ${text.replace(/\s+/g, ' ').trim()}`);
  }
  return bare;
}

/** Sentences that VS Code is handed as they are written. */
export function bareInHost(file: string, source: string): string[] {
  const shown =
    /(?:show(?:Information|Warning|Error)Message\(|\b(?:title|placeHolder|prompt|tooltip|detail|label|description|saveLabel|openLabel)[:=])\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;
  return [...source.matchAll(shown)]
    .filter(([, , words]) => isWords(words!.replace(/\$\{[^}]*(?:\}|$)|\$\([\w~-]+\)/g, '')))
    .map(({ index, 2: words }) => `${file}:${source.slice(0, index).split('\n').length} ${words}`);
}

/** Two letters in a row; the name of the product, of formats and of a key that is called so everywhere are no words. */
function isWords(text: string): boolean {
  return /\p{L}{2}/u.test(text.replace(/\b(Inkling|JSONL?|CSV|Markdown|Esc)\b/g, ''));
}

/** The string literal at a place; undefined where there is none, or one with `${` in it. */
function literalAt(source: string, start: number): { value: string; end: number } | undefined {
  const from = start + /^\s*/.exec(source.slice(start))![0].length;
  const quote = source[from];
  if (quote !== "'" && quote !== '"' && quote !== '`') return undefined;
  let end = from + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
  const inside = source.slice(from + 1, end);
  if (quote === '`' && inside.includes('${')) return undefined;
  const json = inside.replace(/\\'/g, "'").replace(/\\`/g, '`').replace(/\\"/g, '"').replace(/"/g, '\\"');
  return { value: JSON.parse(`"${json.replace(/\n/g, '\\n')}"`) as string, end: end + 1 };
}

/** The place after the next comma that is not inside of brackets or quotes. */
function afterComma(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const character = source[at]!;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) return at + 1;
    else if ('\'"`'.includes(character)) at = source.indexOf(character, at + 1);
  }
  return source.length;
}

/** The template's own text from here to its end, `${…}` left out. */
function markupAt(source: string, start: number): string {
  let markup = '';
  let at = start;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      at = afterExpression(source, at + 2);
      markup += ' ';
    } else {
      markup += source[at];
      at += source[at] === '\\' ? 2 : 1;
    }
  }
  return markup;
}

/** The place after the `}` that ends an expression; templates in it are read by themselves. */
function afterExpression(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (depth > 0 && at < source.length) {
    const character = source[at]!;
    if (character === '`') {
      at++;
      while (at < source.length && source[at] !== '`') {
        if (source.startsWith('${', at)) at = afterExpression(source, at + 2);
        else at += source[at] === '\\' ? 2 : 1;
      }
    } else if (character === "'" || character === '"') {
      at++;
      while (at < source.length && source[at] !== character) at += source[at] === '\\' ? 2 : 1;
    } else if (character === '/' && source[at + 1] === '/') at = source.indexOf('\n', at);
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    at++;
  }
  return at;
}
