// What every script needs before anything is installed: the repository's paths, a way to say what happens, to run
// a program, and to hand over to a Node that is new enough. Plain JavaScript for Node >= 20, built-in modules only.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** An absolute path inside the repository. */
export const inRoot = (...parts) => join(ROOT, ...parts);

/** One line on what is going on. To stderr, so that a command's own output stays clean. */
export function say(line) {
  process.stderr.write(`inkling: ${line}\n`);
}

/** Something a person has to do before this can go on. Shown without a stack. */
export class Stop extends Error {}

/** Runs a script's main function; its promise's value is the exit status. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    process.stderr.write(
      error instanceof Stop ? `\ninkling: ${error.message}\n` : `${error?.stack ?? error}\n`,
    );
    process.exitCode = 1;
  }
}

/** Is this file the one that was started? */
export function isMain(meta) {
  return Boolean(process.argv[1]) && meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
}

/**
 * Runs a program to its end, showing its output, and resolves to its exit status. With `quiet` the output is
 * shown only when the program fails. It gets no standard input unless that is inherited.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, stdin?: 'ignore' | 'inherit' }} [options]
 * @returns {Promise<number>}
 */
export function run(program, args, { cwd = ROOT, env = process.env, quiet = false, stdin = 'ignore' } = {}) {
  const output = quiet ? 'pipe' : 'inherit';
  // Windows runs .cmd files through its shell only, which wants spaces quoted.
  const shell = program.endsWith('.cmd');
  const given = shell ? args.map((arg) => `"${arg}"`) : args;
  const child = spawn(program, given, { cwd, env, shell, stdio: [stdin, output, output] });
  const kept = [];
  child.stdout?.on('data', (chunk) => kept.push(chunk));
  child.stderr?.on('data', (chunk) => kept.push(chunk));
  const release = passSignalsTo(child);
  return new Promise((done, fail) => {
    child.once('error', (error) => {
      release();
      fail(error);
    });
    child.once('close', (code, signal) => {
      release();
      const status = code ?? 128 + (constants.signals[signal] ?? 0);
      if (status !== 0) process.stderr.write(Buffer.concat(kept));
      done(status);
    });
  });
}

/** Runs npm, whichever way this script was started, and on Windows too. Its output is shown when it fails. */
export async function npm(args, options) {
  const cli = process.env.npm_execpath;
  const status =
    cli && /npm-cli\.[cm]?js$/.test(cli)
      ? await run(process.execPath, [cli, ...args], { ...options, quiet: true })
      : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, quiet: true });
  if (status !== 0) throw new Stop(`npm ${args.join(' ')} ended with ${status} (its output is above).`);
}

/** Is this version of Node able to run TypeScript and everything else here? */
export function isFit(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** The environment in which `node` is the given one. */
export function withNode(node, env = process.env) {
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ''}` };
}

// Ctrl-C reaches a whole terminal group by itself; a plain `kill` of this process has to be passed on, or the
// child would outlive it.
function passSignalsTo(child) {
  const pass = (signal) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, pass);
  return () => {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.off(signal, pass);
  };
}
