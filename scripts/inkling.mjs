// `npm run -s inkling -- <command> ...`: the command line of this checkout, built first when a source is newer.
import { buildIfStale } from './build.mjs';
import { onFitNode } from './setup.mjs';
import { inRoot, main, run } from './tools.mjs';

await main(async () => {
  await onFitNode();
  await buildIfStale();
  // npm changes into the repository; paths on the command line are meant from where it was called.
  return run(process.execPath, [inRoot('dist/cli.js'), ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdin: 'inherit',
  });
});
