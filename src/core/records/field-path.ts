/** Names a place in a JSON value, `a.b[0].c`, and looks it up without ever touching a prototype. */

export type FieldPath = readonly (string | number)[];

/**
 * Reads a path: names parted by dots, positions in brackets. Everything else is part of a name, so any string is
 * a path; a key with a dot in it is found because `lookUp` tries the whole string as a key first.
 */
export function parseFieldPath(path: string): FieldPath {
  const steps: (string | number)[] = [];
  for (const [, name, position] of path.matchAll(/([^.[\]]+)|\[(\d{1,9})\]/g)) {
    steps.push(position === undefined ? name! : Number(position));
  }
  return steps;
}

/** The value at a path, or undefined; the empty path is the value itself. Only own properties are seen: `__proto__` and `constructor` are names like others. */
export function lookUp(value: unknown, path: string, steps: FieldPath): unknown {
  if (path === '') return value;
  if (isObject(value) && Object.hasOwn(value, path)) return value[path];
  let current = value;
  for (const step of steps) {
    if (typeof step === 'number' ? !Array.isArray(current) : !isObject(current)) return undefined;
    if (!Object.hasOwn(current as object, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return steps.length === 0 ? undefined : current;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
