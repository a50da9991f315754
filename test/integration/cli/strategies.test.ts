import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multiLabelStrategies } from '../../../src/core/query/multi-label-registry.ts';
import { strategies } from '../../../src/core/query/registry.ts';
import { testFolder } from '../../support/project.ts';

test('"strategies" lists every strategy there is, each with what it takes and whom it follows', async (t) => {
  const folder = testFolder(t);
  const { code, lines } = await folder.inkling(['strategies', '--json']);
  assert.equal(code, 0);
  const listed = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    listed.map(({ name, multiLabel }) => [name, multiLabel]),
    [...strategies.map(({ name }) => [name, false]), ...multiLabelStrategies.map(({ name }) => [name, true])],
  );
  for (const { summary, cost, citation } of listed) assert.ok(summary && cost && citation);
  const { out } = await folder.inkling(['strategies']);
  assert.match(out, /^default\n {2}Asks .*\n {2}Takes .*\. After Citovsky/);
});
