/**
 * Runs the extension-host tests with runTests() of @vscode/test-electron, on the files of the packaged VSIX, and
 * reports each of them to node:test.
 *
 * In which VS Code, INKLING_VSCODE says:
 *   (unset)     the one that runs in the browser (code-server 4.139.1), through scripts/code-shim.mjs
 *   oldest      the same of the oldest supported version (code-server 4.103.2)
 *   download    a desktop VS Code that runTests() fetches (wants a network and a display)
 *   <path>      the program file of an installed desktop VS Code
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { runTests } from '@vscode/test-electron';
import { buildExtensionTests } from '../../scripts/build.mjs';
import { makeSample } from '../../scripts/make-sample.mjs';
import { packageIfStale } from '../../scripts/package.mjs';
import { unpack } from '../support/zip.ts';
import type { SuiteEvent } from './suite.ts';

/** The oldest VS Code is installed without the part that runs terminals, and what is typed there is for a POSIX shell. */
const hasTerminal = process.env.INKLING_VSCODE !== 'oldest' && process.platform !== 'win32';

const SHIM = resolve(import.meta.dirname, '../../scripts/code-shim.mjs');

test('the extension in the extension host of VS Code', { timeout: 1_200_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-extension-'));
  try {
    const extension = join(folder, 'extension');
    unpack(await packageIfStale(), 'extension/', extension);
    const workspace = join(folder, 'workspace');
    makeSample(workspace, { messages: 300 });
    const report = join(folder, 'report.jsonl');
    writeFileSync(report, '');

    const status = await runTests({
      ...executable(process.env.INKLING_VSCODE),
      extensionDevelopmentPath: extension,
      extensionTestsPath: await buildExtensionTests(),
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
      extensionTestsEnv: { INKLING_TEST_REPORT: report, INKLING_TEST_TERMINAL: hasTerminal ? '1' : '' },
    }).catch((error: unknown) => String(error));

    const events = readFileSync(report, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as SuiteEvent);
    for (const event of events) {
      if (event.kind === 'start')
        context.diagnostic(`extension host: node ${event.node}, napi ${event.napi}`);
      if (event.kind === 'pass') await context.test(`${event.title} (${event.ms} ms)`, () => {});
      if (event.kind === 'fail') {
        const { error } = event;
        await context.test(event.title, () => assert.fail(error));
      }
    }
    assert.equal(events.at(-1)?.kind, 'end', `the extension host ended before the suite did: ${status}`);
    assert.equal(status, 0, 'runTests() ends well');
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

function executable(wanted: string | undefined): { vscodeExecutablePath?: string } {
  if (wanted === 'download') return {};
  if (wanted === undefined || wanted === 'oldest') return { vscodeExecutablePath: SHIM };
  assert.ok(existsSync(wanted), `INKLING_VSCODE names ${wanted}, which does not exist`);
  return { vscodeExecutablePath: wanted };
}
