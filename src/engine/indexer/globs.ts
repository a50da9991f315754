/** Decides which rule of the project a file belongs to, by its path. */
import picomatch from 'picomatch';
import { UserError } from '../../core/user-error.ts';
import type { SourceRule } from '../../protocol/indexer.ts';

/**
 * Files with other endings are read only under a rule that names their ending (`*.json`) or their format: most JSON
 * files of a workspace are settings.
 */
const READABLE = /\.(jsonl|ndjson|csv|tsv|txt)$/i;

/** Patterns become regular expressions: a few wildcards a part are all anyone needs, and many can hang a match. */
const MAX_WILDCARDS_A_PART = 3;
const MAX_GLOBSTARS = 4;
const MAX_LENGTH = 1000;

/** No `+(a|b)` and no leading `!`: they are characters of names like any other. */
const PLAIN = { noext: true, nonegate: true } as const;

export class SourceRules {
  readonly #rules: readonly Matcher[];
  /** The longest beginnings of patterns that have no wildcard: what a rule names outright. */
  readonly namedPaths: readonly string[];

  /** @throws UserError `glob-unusable` for a pattern that leads out of the folder or could hang a match */
  constructor(rules: readonly SourceRule[]) {
    this.#rules = rules.map((rule) => ({
      rule,
      includes: matcherOf(rule.include),
      excludes: matcherOf(rule.exclude ?? []),
    }));
    this.namedPaths = rules.flatMap(({ include }) => include.map(literalStart)).filter((path) => path !== '');
  }

  /** The first rule that covers this path, relative to the folder and with `/` between parts. */
  ruleFor(path: string): SourceRule | undefined {
    const isReadable = READABLE.test(path);
    const ending = /\.[^./]+$/.exec(path)?.[0] ?? '';
    return this.#rules.find(({ rule, includes, excludes }) => {
      const isMeant =
        isReadable ||
        rule.format !== undefined ||
        rule.include.some((glob) => ending && glob.endsWith(ending));
      return isMeant && includes(path) && !excludes(path);
    })?.rule;
  }
}

interface Matcher {
  readonly rule: SourceRule;
  includes(path: string): boolean;
  excludes(path: string): boolean;
}

/** Whether matching this pattern takes a bounded time. */
export function isTamePattern(pattern: string): boolean {
  const parts = pattern.split('/');
  const wildcards = (part: string) => (part === '**' ? 0 : (part.match(/\*+/g)?.length ?? 0));
  return (
    pattern.length <= MAX_LENGTH &&
    parts.every((part) => wildcards(part) <= MAX_WILDCARDS_A_PART) &&
    parts.filter((part) => part === '**').length <= MAX_GLOBSTARS
  );
}

function matcherOf(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  for (const glob of globs) {
    const isInside = !glob.startsWith('/') && !/^[a-z]:/i.test(glob) && !glob.split(/[/\\]/).includes('..');
    if (glob !== '' && isInside && isTamePattern(glob)) continue;
    throw new UserError(
      'glob-unusable',
      `The pattern "${glob.slice(0, 80)}" can't be used`,
      isInside
        ? `Use at most ${MAX_WILDCARDS_A_PART} "*" between slashes and ${MAX_GLOBSTARS} "**".`
        : 'Patterns are relative to the folder and stay inside it: no leading "/" and no "..".',
    );
  }
  return picomatch(globs.map(withoutGroups), PLAIN);
}

/** Parentheses, bars and plus signs are characters of names: as parts of a regular expression they could hang it. */
function withoutGroups(glob: string): string {
  return glob.replace(/(\\.)|[()|+]/g, (character, escaped?: string) => escaped ?? `\\${character}`);
}

function literalStart(glob: string): string {
  const { base } = picomatch.scan(glob);
  return base === '.' ? '' : base.replace(/\\(.)/g, '$1').replace(/^\.\/|\/$/g, '');
}
