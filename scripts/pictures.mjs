// `npm run pictures`: takes the pictures of README in the real VS Code (test/e2e/pictures.ts).
import { onFitNode } from './setup.mjs';
import { main, run, withNode } from './tools.mjs';

await main(async () => {
  await onFitNode();
  return run(process.execPath, ['--test', '--test-reporter=spec', 'test/e2e/pictures.ts'], {
    env: withNode(process.execPath),
  });
});
