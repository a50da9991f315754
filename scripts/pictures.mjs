// `npm run pictures`: takes the pictures of README in the real VS Code (test/e2e/pictures.ts, demo.ts).
import { onFitNode } from './setup.mjs';
import { main, run, withNode } from './tools.mjs';

await main(async () => {
  await onFitNode();
  return run(
    process.execPath,
    ['--test', '--test-reporter=spec', '--test-concurrency=1', 'test/e2e/pictures.ts', 'test/e2e/demo.ts'],
    {
      env: withNode(process.execPath),
    },
  );
});
