/** What a folder that is not trusted may decide: nothing that says where files are or who answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Setting {
  readonly type: string;
  readonly scope: string;
}

const { capabilities, contributes } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as {
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: { configuration: { properties: Record<string, Setting> } };
};
const settings = Object.entries(contributes.configuration.properties);
const { supported, restrictedConfigurations } = capabilities.untrustedWorkspaces;

test('in Restricted Mode no setting that is a text is taken from the folder', () => {
  assert.equal(supported, 'limited');
  const texts = settings.filter(([, { type }]) => !['boolean', 'number', 'integer'].includes(type));
  assert.deepEqual(texts.map(([name]) => name).sort(), [...restrictedConfigurations].sort());
});

test('a setting that names a place on the machine is the machine’s own, in every folder', () => {
  for (const [name, { scope }] of settings)
    if (/folder|path|file|dir/i.test(name)) assert.equal(scope, 'machine', name);
});

test('no setting names a program, its arguments or its environment', () => {
  for (const [name] of settings) assert.doesNotMatch(name, /exec|command|shell|binary|node|env|args/i);
});
