#!/usr/bin/env node
// Stands in for the desktop `code` binary, so that runTests() of @vscode/test-electron runs a suite where no desktop
// VS Code is to be had: inside the real extension host of code-server, with the workbench open in Chromium.
//
// It understands the arguments that matter to a test run; the others have no meaning here. Exit status: 0 the suite's
// run() resolved; 1 it rejected, or the extension host died; 2 it did not end in time; 64 wrong arguments.
import { fence, openBrowser } from '../test/support/browser.ts';
import { installCodeServer } from './setup.mjs';
import { main, Stop } from './tools.mjs';
import { startVSCode } from './vscode-server.mjs';

const TIMED_OUT = 2;
const WRONG_ARGUMENTS = 64;
const TIMEOUT_MS = 900_000;

const args = process.argv.slice(2);
const value = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

await main(async () => {
  const dev = value('extensionDevelopmentPath');
  const tests = value('extensionTestsPath');
  const workspace = args.find((arg) => !arg.startsWith('-'));
  if (!dev || !tests || !workspace) {
    console.error('code-shim: wants --extensionDevelopmentPath=..., --extensionTestsPath=... and a folder');
    return WRONG_ARGUMENTS;
  }
  const codeServer = await installCodeServer();
  if (!codeServer) throw new Stop('VS Code in the browser cannot run on this machine.');
  const vscode = await startVSCode({ codeServer, workspace, testDriver: true });
  try {
    const { browser, context } = await openBrowser();
    try {
      const foreign = await fence(context, vscode.origin);
      const page = await context.newPage();
      // The workbench calls codeAutomationExit(code, logs) once run() settles or the extension host dies.
      const { promise: exit, resolve: onExit } = Promise.withResolvers();
      await page.exposeFunction('codeAutomationExit', onExit);
      await page.goto(vscode.url({ dev, tests }), { waitUntil: 'commit' });
      const timer = setTimeout(onExit, TIMEOUT_MS, TIMED_OUT);
      const status = await exit;
      clearTimeout(timer);
      if (status === TIMED_OUT) console.error(`code-shim: the suite did not end in ${TIMEOUT_MS / 1000} s`);
      if (foreign.length > 0)
        console.error(`code-shim: refused requests to other hosts: ${foreign.join(' ')}`);
      return status || (foreign.length > 0 ? 1 : 0);
    } finally {
      await browser.close();
    }
  } finally {
    await vscode.stop();
  }
});
