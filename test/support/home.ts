/** Imported for its effect: this test process has an Inkling configuration folder of its own, removed at its end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const home = mkdtempSync(join(tmpdir(), 'inkling-home-'));
process.env.INKLING_HOME = home;
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
