/** The short form of the crash tests: under a minute, on every change. The long forms: `node test/crash/long.ts`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowd, exporters, merges } from './crowds.ts';
import { canMount, failingCalls, fullDisk, replacedFiles, tornTails } from './faults.ts';
import { killPoints, type Outcome, randomKills } from './kills.ts';
import { powerCuts } from './power.ts';
import { hasStrace } from './run.ts';
import { bugs } from './seed.ts';
import { undoSessions } from './sessions.ts';

const traced = { skip: hasStrace ? false : 'skipped: strace is not installed or may not trace' };
const mounted = { skip: canMount() ? false : 'skipped: this user may not mount a disk' };

function check(outcome: Outcome, report: (text: string) => void): void {
  const phases = [...outcome.phases].map(([phase, times]) => `${phase} ${times}`).join(', ');
  report(`${outcome.runs} runs, ${outcome.acks} acknowledged: ${phases}`);
  assert.deepEqual(outcome.violations.slice(0, 20), []);
  // A harness that does nothing finds nothing.
  assert.ok(outcome.runs > 0 && outcome.acks > 0);
}

test('nothing acknowledged is lost when the process is killed at a random moment', async (t) => {
  check(await randomKills(20), (text) => t.diagnostic(text));
});

test(
  'nothing acknowledged is lost when the process is killed at any system call of a label',
  traced,
  async (t) => {
    check(await killPoints('label', 2), (text) => t.diagnostic(text));
  },
);

test('the project file is the old one or the new one when the process is killed', traced, async (t) => {
  check(await killPoints('project', 1), (text) => t.diagnostic(text));
});

test('an export is the old one or the new one when the process is killed', traced, async (t) => {
  check(await killPoints('export', 1), (text) => t.diagnostic(text));
});

test('nothing acknowledged is lost when the power goes', traced, async (t) => {
  check(await powerCuts(1000), (text) => t.diagnostic(text));
  check(await powerCuts(500, undefined, { scenario: 'burst' }), (text) => t.diagnostic(text));
});

test('the project file is the old one or the new one when the power goes', traced, async (t) => {
  check(await powerCuts(300, undefined, { scenario: 'project' }), (text) => t.diagnostic(text));
});

test('a failed flush is never taken for a success, also when the power goes later', traced, async (t) => {
  for (const [when, count] of [
    ['2', 4],
    ['2+', 1],
    ['3', 4],
  ] as const) {
    const inject = ['-e', `inject=fdatasync:error=EIO:when=${when}`];
    const outcome = await powerCuts(400, undefined, { inject });
    check(outcome, (text) => t.diagnostic(text));
    assert.ok(outcome.acks >= count);
  }
});

test(
  'a call that fails is never acknowledged, whichever it is, and labels are saved again afterwards',
  traced,
  async (t) => {
    check(await failingCalls(['EIO'], ['']), (text) => t.diagnostic(text));
  },
);

test('a full disk refuses labels, and takes them again once there is room', mounted, async (t) => {
  check(await fullDisk(), (text) => t.diagnostic(text));
});

test('a label is in the file that git has just put there', traced, async (t) => {
  check(await replacedFiles(), (text) => t.diagnostic(text));
});

test('a journal that was cut off anywhere is kept and continued', async (t) => {
  check(await tornTails(undefined, 11), (text) => t.diagnostic(text));
});

test('undo and redo are exact, over crashes and restarts', async (t) => {
  check(await undoSessions(600), (text) => t.diagnostic(text));
});

test('windows that label in one folder at the same time lose nothing', async (t) => {
  check(await crowd(3, 100), (text) => t.diagnostic(text));
});

test('processes that export to one name at the same time leave one whole export', async (t) => {
  check(await exporters(2, 20), (text) => t.diagnostic(text));
});

test('git merges of journals lose nothing', async (t) => {
  check(await merges(100), (text) => t.diagnostic(text));
});

/** What finds each seeded bug. Without these, the tests above might be green because they see nothing. */
const finders: Record<string, { find: () => Promise<Outcome>; needs: { skip: string | boolean } }> = {
  'skip-fsync': { find: () => powerCuts(60, 'skip-fsync'), needs: traced },
  'no-folder-fsync': { find: () => powerCuts(60, 'no-folder-fsync'), needs: traced },
  'acknowledge-early': { find: () => powerCuts(60, 'acknowledge-early'), needs: traced },
  'rewrite-in-place': { find: () => powerCuts(100, 'rewrite-in-place'), needs: traced },
  'no-line-repair': { find: () => tornTails('no-line-repair', 200), needs: { skip: false } },
  'truncate-torn-tail': { find: () => tornTails('truncate-torn-tail', 200), needs: { skip: false } },
  'no-inode-check': { find: () => replacedFiles('no-inode-check'), needs: traced },
  'ignore-short-writes': { find: () => fullDisk('ignore-short-writes'), needs: mounted },
};

for (const bug of Object.keys(bugs)) {
  const { find, needs } = finders[bug]!;
  test(`the harness finds the seeded bug "${bug}"`, needs, async (t) => {
    const { violations } = await find();
    t.diagnostic(`${violations.length} violations, the first: ${violations[0]}`);
    assert.notEqual(violations.length, 0);
  });
}
