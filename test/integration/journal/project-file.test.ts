import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, hasProject, readProject, writeProject } from '../../../src/engine/project-file.ts';

const wanted = { sources: [{ include: ['data/*.jsonl'] }], labels: ['spam', 'ham'] };

function temporary(t: { after(done: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-project-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a new project has label ids and a salt of its own, and is not made twice', async (t) => {
  const [one, two] = [temporary(t), temporary(t)];
  const first = await createProject(one, wanted);
  const second = await createProject(two, wanted);
  assert.notEqual(first.salt, second.salt);
  assert.equal(new Set([...first.labels, ...second.labels].map(({ id }) => id)).size, 4);
  assert.deepEqual(await readProject(one), first);
  assert.equal(await hasProject(one), true);
  await assert.rejects(createProject(one, wanted), { code: 'project-exists' });
  await assert.rejects(createProject(temporary(t), { ...wanted, labels: ['a', 'a'] }), {
    code: 'project-field',
  });
});

test('changing a project keeps what is not known', async (t) => {
  const folder = temporary(t);
  await createProject(folder, wanted);
  const path = join(folder, '.inkling', 'project.json');
  const value = JSON.parse(readFileSync(path, 'utf8'));
  value.later = [1];
  value.labels[0].later = true;
  writeFileSync(path, JSON.stringify(value));
  const project = await readProject(folder);
  await writeProject(folder, { ...project, name: 'renamed' });
  const after = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual([after.later, after.labels[0].later, after.name], [[1], true, 'renamed']);
  assert.deepEqual(readdirSync(join(folder, '.inkling')), ['project.json']);
});

const broken: Record<string, { content: string | undefined; code: string; message: RegExp }> = {
  missing: { content: undefined, code: 'no-project', message: /no Inkling project/ },
  'cut off': { content: '{\n "version": 1,\n', code: 'project-syntax', message: /line 3, column 1/ },
  'with a comma too many': {
    content: '{\n "version": 1,\n}',
    code: 'project-syntax',
    message: /line 3, column 1/,
  },
  'made by a newer Inkling': { content: '{"version":2}', code: 'project-newer', message: /version 2/ },
  'a list': { content: '[]', code: 'project-field', message: /must be an object/ },
};

for (const [name, { content, code, message }] of Object.entries(broken)) {
  test(`a project file that is ${name} is refused with its place`, async (t) => {
    const folder = temporary(t);
    mkdirSync(join(folder, '.inkling'));
    if (content !== undefined) writeFileSync(join(folder, '.inkling', 'project.json'), content);
    await assert.rejects(readProject(folder), { code, message });
  });
}
