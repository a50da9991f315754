/** Small real projects for tests: a temporary folder with records, its own caches, and the command line on it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../src/cli/main.ts');

export interface TestFolder {
  readonly path: string;
  /** Environment that keeps caches and settings inside the temporary folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs before the folder is removed, the latest first. */
  own(close: () => void | Promise<void>): void;
  write(name: string, content: string | Uint8Array): string;
  /** Runs `inkling` as a process of its own. */
  inkling(
    args: readonly string[],
    input?: string,
  ): Promise<{ code: number; out: string; err: string; lines: string[] }>;
}

/** A temporary folder, removed when the test ends. */
export function testFolder(t: { after(end: () => void | Promise<void>): void }): TestFolder {
  const root = mkdtempSync(join(tmpdir(), 'inkling-test-'));
  const closers: (() => void | Promise<void>)[] = [];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = join(root, 'folder');
  mkdirSync(path);
  const env = { INKLING_CACHE: join(root, 'cache'), INKLING_HOME: join(root, 'home') };
  return {
    path,
    env,
    own: (close) => {
      closers.push(close);
    },
    write: (name, content) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    inkling: (args, input = '') =>
      new Promise((done, fail) => {
        const child = spawn(process.execPath, [CLI, ...args], { cwd: root, env: { ...process.env, ...env } });
        let out = '';
        let err = '';
        child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
        child.stderr.setEncoding('utf8').on('data', (chunk) => (err += chunk));
        child.on('error', fail);
        child.on('close', (code) =>
          done({ code: code ?? -1, out, err, lines: out.split('\n').filter((line) => line !== '') }),
        );
        child.stdin.end(input);
      }),
  };
}

/** Two topics that a model can tell apart, by their words: `count` records as JSONL. */
export function twoTopics(count: number): string {
  const words = {
    parcel: ['parcel', 'courier', 'late', 'tracking', 'doorstep', 'shipped'],
    invoice: ['invoice', 'charged', 'refund', 'card', 'payment', 'twice'],
  };
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const topic = i % 2 === 0 ? 'parcel' : 'invoice';
    const own = words[topic];
    const text = `my ${own[i % 6]} ${own[(i * 5 + 1) % 6]} is ${own[(i * 7 + 2) % 6]} number ${1000 + i}`;
    lines.push(JSON.stringify({ id: `m${i}`, text, answer: topic, channel: 'mail' }));
  }
  return `${lines.join('\n')}\n`;
}
