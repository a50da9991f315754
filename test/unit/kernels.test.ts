/** The compiled kernels are those of the sources: a test that runs older ones would prove nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { staleKernels } from '../../scripts/kernels.mjs';

test('every kernel was compiled after its source changed (npm run kernels does it)', () => {
  assert.deepEqual(staleKernels(), []);
});
