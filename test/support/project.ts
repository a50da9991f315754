/** Small real projects for tests: a temporary folder with records, its own caches, and the command line on it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Project } from '../../src/core/records/project.ts';
import { createProject, type NewProject, PROJECT_FILE } from '../../src/engine/project-file.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli/main.ts');

export interface TestFolder {
  readonly path: string;
  /** Environment that keeps caches and settings inside the temporary folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs before the folder is removed, the latest first. */
  own(close: () => void | Promise<void>): void;
  write(name: string, content: string | Uint8Array): string;
  /** Runs `inkling` as a process of its own; a project that `init` made has the salt of all tests. */
  inkling(
    args: readonly string[],
    input?: string,
  ): Promise<{ code: number; out: string; err: string; lines: string[] }>;
}

/** Which records measure, and so which are asked, follows from a project's salt: tests have this one, not one drawn anew. */
const SALT = '00'.repeat(16);

/** Makes the project of a folder, the same one in every run but for its labels' ids. */
export async function testProject({ path }: TestFolder, wanted: NewProject): Promise<Project> {
  const project = { ...(await createProject(path, wanted)), salt: SALT };
  writeFileSync(join(path, PROJECT_FILE), JSON.stringify(project, null, 2));
  return project;
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
        child.on('close', (code) => {
          if (args[0] === 'init' && code === 0) useSalt(path);
          done({ code: code ?? -1, out, err, lines: out.split('\n').filter((line) => line !== '') });
        });
        child.stdin.end(input);
      }),
  };
}

function useSalt(folder: string): void {
  const file = join(folder, PROJECT_FILE);
  // Some tests make the project elsewhere, and some only ask what would be made.
  if (!existsSync(file)) return;
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), salt: SALT }, null, 2));
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
