// `npm run test:oldest`: the extension-host and end-to-end tests in the oldest VS Code that Inkling supports. Not part
// of `npm test`, because installing it wants a C++ compiler, make and Python.
import { inRoot, main, run } from './tools.mjs';

await main(() =>
  run(process.execPath, [inRoot('scripts/test.mjs'), '--only', 'extension,e2e'], {
    env: { ...process.env, INKLING_VSCODE: 'oldest' },
  }),
);
