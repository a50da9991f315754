/** A window in a process of its own, which tests can talk to and kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestFolder } from './project.ts';

const WINDOW = join(import.meta.dirname, '../integration/engine/window.ts');

export interface Window {
  readonly child: ChildProcess;
  /** How often it said something that begins with this word. */
  count(word: string): number;
  /** What it said last that begins with this word. */
  last(word: string): string | undefined;
}

/** @param tracer a program, with its arguments, that starts the window: strace, say */
export function openWindow(
  folder: TestFolder,
  nodeOptions: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  tracer: readonly string[] = [],
): Window {
  const [program, ...rest] = [...tracer, process.execPath, ...nodeOptions, WINDOW, folder.path];
  const child = spawn(program!, rest, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...folder.env, ...env },
  });
  folder.own(
    () =>
      new Promise<void>((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done();
        child.on('exit', () => done());
        child.kill('SIGKILL');
      }),
  );
  let out = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  const said = (word: string) =>
    out.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    child,
    count: (word) => said(word).length,
    last: (word) => said(word).at(-1),
  };
}
