/**
 * What VS Code runs as `extensionTestsPath`: every `*.test.cjs` beside the bundle of this file, with mocha, inside
 * the extension host. Each result is written at once as a line of JSON, so that it survives a crash of the host,
 * and the last line says that the suite came to its end: a crashed host reports success.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as mochaModule from 'mocha';

// mocha is an ES module. The Node versions inside VS Code disagree on what requiring one gives, but all of them have
// it under this name.
const { Mocha } = mochaModule as unknown as { Mocha: typeof mochaModule.default };

export type SuiteEvent =
  | { readonly kind: 'start'; readonly node: string; readonly napi: string; readonly electron: string | null }
  | { readonly kind: 'pass'; readonly title: string; readonly ms: number }
  | { readonly kind: 'fail'; readonly title: string; readonly error: string }
  | { readonly kind: 'end'; readonly failures: number };

export function run(): Promise<void> {
  const report = process.env.INKLING_TEST_REPORT;
  const note = (event: SuiteEvent): void => {
    if (report) appendFileSync(report, `${JSON.stringify(event)}\n`);
  };
  const mocha = new Mocha({ ui: 'tdd', timeout: 400_000, color: false });
  for (const name of readdirSync(import.meta.dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(import.meta.dirname, name));
  }
  const { node, napi, electron } = process.versions;
  note({ kind: 'start', node, napi: napi ?? '', electron: electron ?? null });
  return new Promise((ok, fail) => {
    mocha
      .run((failures) => {
        note({ kind: 'end', failures });
        if (failures > 0) fail(new Error(`${failures} failed`));
        else ok();
      })
      .on('pass', (test) => note({ kind: 'pass', title: test.fullTitle(), ms: test.duration ?? 0 }))
      .on('pending', (test) => note({ kind: 'fail', title: test.fullTitle(), error: 'It was not run.' }))
      .on('fail', (test, error) =>
        note({ kind: 'fail', title: test.fullTitle(), error: error.stack ?? String(error) }),
      );
  });
}
