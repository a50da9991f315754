/**
 * The long forms of the crash tests, by name: `node test/crash/long.ts <name> [count]`.
 *
 *     kills 10000     random kill -9 of a process that labels, edits the project or exports
 *     commands 1000   random kill -9 of the command line, in each phase of its work
 *     points 20       kill at every system call of so many labels, project edits and exports
 *     command-points 20  kill `inkling label` at the first so many system calls of each kind on its journal
 *     power 50000     power cuts
 *     errors          every call of a label fails with each error
 *     crowd 5000      three processes label at once, so many labels each
 *     merges 1000     git merges of journals that grew apart
 *     undo 20000      undo and redo with crashes between
 */

import { commandKills, commandPoints } from './commands.ts';
import { crowd, merges } from './crowds.ts';
import { failingCalls } from './faults.ts';
import { killPoints, type Outcome, randomKills } from './kills.ts';
import { powerCuts } from './power.ts';
import { undoSessions } from './sessions.ts';

const [name = '', count = '0'] = process.argv.slice(2);
const runs: Record<string, (count: number) => Promise<Outcome>[]> = {
  kills: (count) => [randomKills(count || 10_000)],
  commands: (count) => [commandKills(count || 1000)],
  points: (count) =>
    (['label', 'burst', 'project', 'export'] as const).map((scenario) => killPoints(scenario, count || 20)),
  power: (count) =>
    (['label', 'burst', 'project'] as const).map((scenario) =>
      powerCuts(count || 50_000, undefined, { scenario }),
    ),
  'command-points': (count) => [commandPoints(count || 20)],
  errors: () => [failingCalls(['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'], ['', '+'])],
  crowd: (count) => [crowd(3, count || 5000)],
  merges: (count) => [merges(count || 1000)],
  undo: (count) => [undoSessions(count || 20_000)],
};
if (!runs[name]) throw new Error(`Say one of: ${Object.keys(runs).join(', ')}.`);

const began = performance.now();
for (const outcome of await Promise.all(runs[name](Number(count)))) {
  const phases = [...outcome.phases].map(([phase, times]) => `  ${phase}: ${times}`).join('\n');
  console.log(
    `${outcome.runs} runs, ${outcome.acks} acknowledged, ${outcome.violations.length} violations\n${phases}`,
  );
  for (const violation of outcome.violations.slice(0, 20)) console.log(violation);
  if (outcome.violations.length > 0) process.exitCode = 1;
}
console.log(`${Math.round((performance.now() - began) / 1000)} s`);
