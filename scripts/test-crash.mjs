// `npm run test:crash`: kills the command line again and again, in each phase of its work. An hour or so.
//
//   npm run test:crash [-- <name> [count]]     another of the long forms that test/crash/long.ts lists
import { onFitNode } from './setup.mjs';
import { inRoot, main, run } from './tools.mjs';

await main(async () => {
  await onFitNode();
  const given = process.argv.slice(2);
  return run(process.execPath, [inRoot('test/crash/long.ts'), ...(given.length > 0 ? given : ['commands'])]);
});
