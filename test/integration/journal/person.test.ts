import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { annotatorName, fileNamePart, installationId, userNameIn } from '../../../src/journal/person.ts';

function temporary(t: { after(done: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-person-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const configs: Record<string, [config: string, name: string | undefined]> = {
  plain: ['[user]\n\tname = Ada Lovelace\n', 'Ada Lovelace'],
  'in quotes, with a comment': ['[user]\nname = "Ada # L" ; once\n', 'Ada # L'],
  'with escapes': ['[user]\nname = Ada \\"A\\" \\\\ L\n', 'Ada "A" \\ L'],
  'on two lines': ['[user]\nname = Ada \\\nLovelace\n', 'Ada Lovelace'],
  'the last of two': ['[user]\nname = A\n[core]\nname = C\n[USER] Name = B\n', 'B'],
  'of another section': ['[user "x"]\nname = A\n[other]\nname = B\n', undefined],
  'commented out': ['[user]\n# name = A\n; name = B\n', undefined],
  missing: ['', undefined],
};

for (const [kind, [config, name]] of Object.entries(configs)) {
  test(`git's user name is found when it is ${kind}`, () => assert.equal(userNameIn(config), name));
}

test("the annotator is the setting, else git's user name of the repository or worktree around the folder", (t) => {
  const base = temporary(t);
  const inner = join(base, 'repo', 'a', 'b');
  mkdirSync(inner, { recursive: true });
  mkdirSync(join(base, 'repo', '.git', 'worktrees', 'w'), { recursive: true });
  writeFileSync(join(base, 'repo', '.git', 'config'), '[user]\nname = Ada\n');
  assert.equal(annotatorName(inner, undefined), 'Ada');
  assert.equal(annotatorName(inner, '  '), 'Ada');
  assert.equal(annotatorName(inner, ' Grace\u0000\n'), 'Grace');

  const worktree = join(base, 'worktree');
  mkdirSync(worktree);
  writeFileSync(join(worktree, '.git'), `gitdir: ${join(base, 'repo', '.git', 'worktrees', 'w')}\n`);
  writeFileSync(join(base, 'repo', '.git', 'worktrees', 'w', 'commondir'), '../..\n');
  assert.equal(annotatorName(worktree, undefined), 'Ada');
});

const names: [name: string, part: string][] = [
  ['Ada Lovelace', 'Ada-Lovelace'],
  ['../../etc/passwd', 'etc-passwd'],
  ['Łukasz Żółć', 'Łukasz-Żółć'],
  ['', 'annotator'],
  ['...', 'annotator'],
  ['CON', 'CON_'],
  ['a.b\u202Ec', 'a-b-c'],
  ['x'.repeat(500), 'x'.repeat(40)],
];

for (const [name, part] of names) {
  test(`"${name.slice(0, 20)}" is a file name on every system`, () => assert.equal(fileNamePart(name), part));
}

test('an installation keeps its id, and one that can keep none still labels', (t) => {
  const home = join(temporary(t), 'deep', 'home');
  const id = installationId({ INKLING_HOME: home });
  assert.match(id, /^[a-z2-7]{8}$/);
  assert.equal(installationId({ INKLING_HOME: home }), id);
  writeFileSync(join(home, 'installation'), '../../evil\n');
  assert.match(installationId({ INKLING_HOME: home }), /^[a-z2-7]{8}$/);
  assert.match(readFileSync(join(home, 'installation'), 'utf8'), /^[a-z2-7]{8}\n$/);
  assert.match(installationId({ INKLING_HOME: '/dev/null/no' }), /^[a-z2-7]{8}$/);
});
