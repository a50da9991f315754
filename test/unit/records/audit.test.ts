import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { KernelMemory } from '../../../src/core/kernels/kernel.ts';
import { AuditRanker, auditRank, auditThreshold, sipHash24 } from '../../../src/core/records/audit.ts';

// The first 17 of the reference vectors of Aumasson and Bernstein: key 00…0f, message 00, 01, 02, … of each length.
const REFERENCE = [
  '310e0edd47db6f72',
  'fd67dc93c539f874',
  '5a4fa9d909806c0d',
  '2d7efbd796666785',
  'b7877127e09427cf',
  '8da699cd64557618',
  'cee3fe586e46c9cb',
  '37d1018bf50002ab',
  '6224939a79f5f593',
  'b0e4a90bdf82009e',
  'f3b9dd94c5bb5d7a',
  'a7ad6b22462fb3f4',
  'fbe50e86bc8f1e75',
  '903d84c02756ea14',
  'eef27a8e90ca23f7',
  'e545be4961ca29a1',
  'db9bc2577fcc2a3f',
];

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const SALT = Buffer.from(KEY).toString('hex');

test('the keyed hash is SipHash-2-4 as its authors published it', () => {
  REFERENCE.forEach((expected, length) => {
    const { low, high } = sipHash24(KEY, KEY.subarray(0, length));
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(low, 0);
    bytes.writeUInt32LE(high, 4);
    assert.equal(bytes.toString('hex'), expected, `${length} bytes`);
  });
});

test('a rank is the low half of that hash, for this salt and no other', () => {
  assert.equal(auditRank(SALT, KEY), 0x57c29bdb);
  assert.notEqual(auditRank('f'.repeat(32), KEY), 0x57c29bdb);
  assert.equal(auditRank(SALT, KEY), 0x57c29bdb);
  assert.throws(() => auditRank('short', KEY));
});

test('the kernel ranks as the plain function does, whatever the salt', () => {
  const memory = new KernelMemory();
  const ranker = new AuditRanker(memory);
  const at = memory.allocate(16);
  for (let i = 0; i < 2000; i++) {
    const digest = createHash('sha256').update(`text ${i}`).digest();
    const salt = digest.toString('hex', 16);
    memory.bytes(at, 16).set(digest.subarray(0, 16));
    ranker.use(salt);
    assert.equal(ranker.rank(at), auditRank(salt, digest.subarray(0, 16)));
  }
});

test('the share of texts below the threshold is the share asked for', () => {
  const count = 20_000;
  for (const share of [0, 0.1, 0.5, 1]) {
    const threshold = auditThreshold(share);
    let members = 0;
    for (let i = 0; i < count; i++) {
      const hash = createHash('sha256').update(`text ${i}`).digest().subarray(0, 16);
      if (auditRank(SALT, hash) < threshold) members++;
    }
    // Four standard deviations of a binomial: a false alarm in 16,000 runs, and the texts are fixed anyway.
    const spread = 4 * Math.sqrt((share * (1 - share)) / count);
    assert.ok(Math.abs(members / count - share) <= spread, `${members} of ${count} for ${share}`);
  }
});
