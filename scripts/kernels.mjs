// Compiles the kernels, kernels/*.ts in AssemblyScript, each to a module that holds its WebAssembly as text:
// kernels/words.ts becomes src/core/kernels/words.wasm.ts. As modules they need no file to be found while running, by
// whatever thread, test or bundle imports them. They are not kept in the repository.
//
//   node scripts/kernels.mjs        those that are older than their source
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inRoot, isMain, main, run, Stop, say } from './tools.mjs';

const OUTPUT = 'src/core/kernels';

/** All kernels share one kind of memory, which whoever loads them makes: `KernelMemory` in src/core/kernels. */
const OPTIONS = [
  ...['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
];

/** Brings src/core/kernels/*.wasm.ts up to date. About two seconds a kernel when there is something to do. */
export async function buildKernels() {
  for (const file of staleKernels()) {
    const name = basename(file, '.ts');
    // Under names of its own until it is whole: tests start side by side.
    const wasm = inRoot(OUTPUT, `.${name}.${process.pid}.wasm`);
    const asc = inRoot('node_modules/assemblyscript/bin/asc.js');
    const status = await run(process.execPath, [asc, inRoot('kernels', file), ...OPTIONS, '-o', wasm]);
    if (status !== 0) throw new Stop(`kernels/${file} does not compile (the reason is above).`);
    const base64 = readFileSync(wasm).toString('base64');
    writeFileSync(
      wasm,
      `/** Made from kernels/${file} by scripts/kernels.mjs. */\nexport default '${base64}';\n`,
    );
    renameSync(wasm, compiledFile(file));
    say(`compiled kernels/${file}`);
  }
}

/** The files of kernels/ that have changed since they were compiled. */
export function staleKernels() {
  const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(inRoot('kernels')).filter(
    (file) =>
      file.endsWith('.ts') &&
      Math.max(changedAt(inRoot('kernels', file)), changedAt(inRoot('scripts/kernels.mjs'))) >
        changedAt(compiledFile(file)),
  );
}

function compiledFile(file) {
  return inRoot(OUTPUT, `${basename(file, '.ts')}.wasm.ts`);
}

if (isMain(import.meta)) await main(buildKernels);
