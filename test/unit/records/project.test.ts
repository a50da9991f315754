import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectJsonSchema, readProjectValue } from '../../../src/core/records/project.ts';

const smallest = { version: 1, name: 'p', salt: '0'.repeat(32), sources: [], labels: [] };

test('a project says only what differs from the defaults, and keeps what nobody knows', () => {
  const read = readProjectValue({
    ...smallest,
    later: { a: 1 },
    sources: [{ include: ['*.csv'], later: true }],
  });
  assert.ok('project' in read);
  const { audit, learning, language, later, sources } = read.project;
  assert.deepEqual(
    [audit, learning, language],
    [{ share: 0.1 }, { strategy: 'default', classifier: 'logistic' }, 'auto'],
  );
  assert.deepEqual([later, sources], [{ a: 1 }, [{ include: ['*.csv'], later: true }]]);
});

const wrong: Record<string, { change: object; sentence: RegExp }> = {
  'a field of another kind': { change: { name: 7 }, sentence: /^"name" must be a string\.$/ },
  'a missing list': { change: { sources: undefined }, sentence: /^"sources" must be a list\.$/ },
  'a salt that is too short': { change: { salt: 'abc' }, sentence: /^"salt" does not have the form/ },
  'a path out of the folder': {
    change: { sources: [{ include: ['../x'] }] },
    sentence: /^"sources\[0\]\.include\[0\]": A glob stays/,
  },
  'an unknown format': {
    change: { sources: [{ include: ['x'], format: 'xls' }] },
    sentence: /^"sources\[0\]\.format" must be "jsonl" or .*"text"/,
  },
  'a label without a name': {
    change: { labels: [{ id: 'L1', name: ' ' }] },
    sentence: /^"labels\[0\]\.name": A label needs a name/,
  },
  'two labels of one id': {
    change: {
      labels: [
        { id: 'L1', name: 'a' },
        { id: 'L1', name: 'b' },
      ],
    },
    sentence: /same id or the same name/,
  },
  'two labels of one name': {
    change: {
      labels: [
        { id: 'L1', name: 'a' },
        { id: 'L2', name: 'a' },
      ],
    },
    sentence: /same id or the same name/,
  },
  'a share of more than half': {
    change: { audit: { share: 0.6 } },
    sentence: /^"audit\.share" is too large/,
  },
};

for (const [name, { change, sentence }] of Object.entries(wrong)) {
  test(`${name} is named with its place`, () => {
    const read = readProjectValue({ ...smallest, ...change });
    assert.ok('faults' in read);
    assert.match(read.faults[0]!, sentence);
  });
}

test('a name may be used again once its label is retired or merged', () => {
  const labels = [
    { id: 'L1', name: 'a', retired: true },
    { id: 'L2', name: 'a', mergedInto: 'L3' },
    { id: 'L3', name: 'a' },
  ];
  assert.ok('project' in readProjectValue({ ...smallest, labels }));
});

test('the JSON Schema asks for what has no default, and nothing more', () => {
  const schema = projectJsonSchema() as { $schema: string; required: string[] };
  assert.match(schema.$schema, /draft-07/);
  assert.deepEqual(schema.required, ['version', 'name', 'salt', 'sources', 'labels']);
});
