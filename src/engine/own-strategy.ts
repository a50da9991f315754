/**
 * A person's own query strategy, from a module that they name on the command line.
 *
 * It runs with the rights of whoever typed the command. So a path is taken from the command line and from nowhere else:
 * a project file comes with a folder that may be a stranger's, and names registered strategies only.
 */
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { strategyByName } from '../core/query/registry.ts';
import type { PoolView, QueryStrategy, Selection } from '../core/query/strategy.ts';
import { UserError } from '../core/user-error.ts';

/** Whether what follows `--strategy` is a module rather than a name. */
export function isModulePath(strategy: string): boolean {
  return /\.(mjs|cjs|js)$/.test(strategy.trim());
}

/** What was typed after `--strategy`: a registered strategy by its name, or a module. */
export function typedStrategy(strategy: string): QueryStrategy {
  return isModulePath(strategy) ? loadOwnStrategy(strategy) : strategyByName(strategy);
}

/**
 * Loads a module that exports `select(pool, size, random)`, and if it likes `name`, `needsModel` (else true) and
 * `needsSpace` (else false), each by itself or in its default export. What it returns is checked at every choice.
 *
 * @param path absolute, or relative to the process's folder
 * @throws UserError `strategy-unusable`
 */
export function loadOwnStrategy(path: string): QueryStrategy {
  const file = basename(path);
  const exported = exportsOf(path.trim(), file);
  const { select, name, needsModel, needsSpace } = exported;
  if (typeof select !== 'function') {
    throw new UserError(
      'strategy-unusable',
      `${file} exports no function "select"`,
      'Export one: export function select(pool, size, random) { return { chosen: [0, 1] }; }',
    );
  }
  return {
    name: typeof name === 'string' && name.trim() !== '' ? name : file,
    summary: `Asks as ${file} says.`,
    citation: '',
    cost: '',
    needsModel: needsModel !== false,
    needsSpace: needsSpace === true,
    select: (pool, size, random) => {
      let selection: unknown;
      try {
        selection = select(pool, size, random);
      } catch (error) {
        throw failed(file, error);
      }
      return checked(selection, pool, size, file);
    },
  };
}

function exportsOf(path: string, file: string): Record<string, unknown> {
  let loaded: Record<string, unknown>;
  try {
    // Not import(): the bundles are CommonJS, and this loads both kinds of module.
    loaded = createRequire(import.meta.url)(resolve(path)) as Record<string, unknown>;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      error.code === 'MODULE_NOT_FOUND' &&
      isAbout(error, path)
    ) {
      throw new UserError('strategy-unusable', `There is no module ${path}`, 'Check the path.');
    }
    throw failed(file, error);
  }
  const main = loaded.default;
  if (typeof main === 'function') return { ...loaded, select: main };
  return { ...loaded, ...(typeof main === 'object' ? main : {}) };
}

/** Whether it is the module itself that is missing, and not something that it imports. */
function isAbout(error: Error, path: string): boolean {
  return error.message.split('\n')[0]!.includes(resolve(path));
}

function failed(file: string, error: unknown): UserError {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Where in their file: the first line of the stack that names it.
  const place =
    error instanceof Error ? /\(?([^\s()]+:\d+:\d+)\)?/.exec(lineOf(error, file) ?? '')?.[1] : undefined;
  return new UserError(
    'strategy-unusable',
    `The strategy ${file} failed: ${what}${place === undefined ? '' : ` (${basename(place)})`}`,
    'Mend the module; nothing was asked and nothing was saved.',
  );
}

function lineOf({ stack }: Error, file: string): string | undefined {
  return stack?.split('\n').find((line) => line.includes(file) && /:\d+:\d+/.test(line));
}

function checked(selection: unknown, { candidateCount }: PoolView, size: number, file: string): Selection {
  const most = Math.min(size, candidateCount);
  const wrong = (what: string) =>
    new UserError(
      'strategy-unusable',
      `The strategy ${file} ${what}`,
      `It must return { chosen }: at most ${most} different positions from 0 to ${candidateCount - 1}, best first; with { utilities } beside them if it likes.`,
    );
  if (selection instanceof Promise) throw wrong('returned a promise, where a choice is made at once');
  if (typeof selection !== 'object' || selection === null || !('chosen' in selection))
    throw wrong('returned no { chosen }');
  const chosen = numbers(selection.chosen);
  if (!chosen) throw wrong('returned a "chosen" that is no list of numbers');
  if (chosen.length > most) throw wrong(`chose ${chosen.length} records where ${most} were wanted`);
  const outside = chosen.find((at) => !Number.isInteger(at) || at < 0 || at >= candidateCount);
  if (outside !== undefined) throw wrong(`chose position ${outside}, and there is none`);
  const seen = new Set<number>();
  const repeated = chosen.find((at) => seen.size === seen.add(at).size);
  if (repeated !== undefined) throw wrong(`chose position ${repeated} twice`);

  const given = 'utilities' in selection && selection.utilities !== undefined ? selection.utilities : [];
  const utilities = numbers(given);
  if (!utilities || (utilities.length > 0 && utilities.length !== chosen.length))
    throw wrong('returned "utilities" that are not one number a record');
  if (!utilities.every(Number.isFinite)) throw wrong('returned a utility that is no finite number');
  return {
    chosen: Int32Array.from(chosen),
    utilities: utilities.length > 0 ? Float64Array.from(utilities) : new Float64Array(chosen.length),
  };
}

function numbers(list: unknown): number[] | undefined {
  if (!Array.isArray(list) && !ArrayBuffer.isView(list)) return undefined;
  const items = Array.from(list as ArrayLike<unknown>);
  return items.every((item) => typeof item === 'number') ? items : undefined;
}
