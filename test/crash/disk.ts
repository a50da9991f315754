/**
 * What a disk would hold if the power went at some moment: replays traced system calls, keeping apart what was written
 * from what was made to last.
 *
 * Stricter than ext4: a name lasts only once its folder was flushed, names and 512-byte sectors of unflushed data reach
 * the disk or don't, each by itself, in any order.
 */
import { dirname } from 'node:path';
import type { Random } from '../../src/core/random.ts';

const SECTOR = 512;

interface File {
  written: Buffer;
  durable: Buffer;
}

type Entry = File | 'folder';

export class Disk {
  readonly #root: string;
  /** Names as processes see them, and as they would be found after a power cut. */
  readonly #names = new Map<string, Entry>();
  readonly #durableNames = new Map<string, Entry>();
  readonly #open = new Map<number, { path: string; entry: Entry; position: number; appends: boolean }>();

  /** @param root what is outside is not followed; the root itself lasts */
  constructor(root: string) {
    this.#root = root;
  }

  /** A file that was there, safely, before. */
  addDurable(path: string, bytes: Buffer): void {
    const file = { written: bytes, durable: bytes };
    for (const names of [this.#names, this.#durableNames]) {
      for (let folder = dirname(path); folder !== this.#root; folder = dirname(folder))
        names.set(folder, 'folder');
      names.set(path, file);
    }
  }

  /** Answers whether the call changed anything that a power cut could show. */
  apply({ name, args, result }: Call): boolean {
    if (result < 0) return false;
    switch (name) {
      case 'openat':
        return this.#openFile(args, result);
      case 'close':
        this.#open.delete(descriptor(args[0]!));
        return false;
      case 'mkdir':
        if (this.#isInside(text(args[0]!))) this.#names.set(text(args[0]!), 'folder');
        return true;
      case 'write':
      case 'pwrite64':
        return this.#write(args, result, name === 'pwrite64' ? Number(args[3]) : undefined);
      case 'ftruncate':
        return this.#truncate(args);
      case 'fsync':
      case 'fdatasync':
        return this.#flush(descriptor(args[0]!));
      case 'rename': {
        const [from, to] = [text(args[0]!), text(args[1]!)];
        const entry = this.#names.get(from);
        if (!entry) return false;
        this.#names.delete(from);
        this.#names.set(to, entry);
        return true;
      }
      case 'unlink':
        return this.#names.delete(text(args[0]!));
      default:
        throw new Error(`The replay does not know ${name}.`);
    }
  }

  /** The files a power cut now would leave: only what was flushed, or (given chance) with some of the rest. */
  afterPowerCut(random?: Random): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    const paths = new Set([...this.#names.keys(), ...this.#durableNames.keys()]);
    const kept = new Map<string, Entry>();
    for (const path of [...paths].sort()) {
      const names = random && random.below(2) === 0 ? this.#names : this.#durableNames;
      const entry = names.get(path);
      const folder = dirname(path);
      if (entry && (folder === this.#root || kept.get(folder) === 'folder')) kept.set(path, entry);
    }
    for (const [path, entry] of kept) {
      if (entry !== 'folder') files.set(path, random ? torn(entry, random) : entry.durable);
    }
    return files;
  }

  #openFile([, pathArgument, flags]: readonly string[], result: number): boolean {
    const path = text(pathArgument!);
    if (path === this.#root) this.#open.set(result, { path, entry: 'folder', position: 0, appends: false });
    if (!this.#isInside(path)) return false;
    let entry = this.#names.get(path);
    const isNew = !entry;
    if (!entry) {
      if (!flags!.includes('O_CREAT')) throw new Error(`${path} was opened and is not known.`);
      entry = { written: Buffer.alloc(0), durable: Buffer.alloc(0) };
      this.#names.set(path, entry);
    } else if (flags!.includes('O_TRUNC') && entry !== 'folder') {
      entry.written = Buffer.alloc(0);
    }
    this.#open.set(result, { path, entry, position: 0, appends: flags!.includes('O_APPEND') });
    return isNew;
  }

  #write(args: readonly string[], length: number, at: number | undefined): boolean {
    const opened = this.#open.get(descriptor(args[0]!));
    if (!opened || opened.entry === 'folder') return false;
    const file = opened.entry;
    const bytes = Buffer.from(text(args[1]!), 'latin1').subarray(0, length);
    const position = at ?? (opened.appends ? file.written.length : opened.position);
    if (at === undefined) opened.position = position + length;
    const grown = Buffer.alloc(Math.max(file.written.length, position + length));
    file.written.copy(grown);
    bytes.copy(grown, position);
    file.written = grown;
    return true;
  }

  #truncate(args: readonly string[]): boolean {
    const entry = this.#open.get(descriptor(args[0]!))?.entry;
    if (!entry || entry === 'folder') return false;
    entry.written = entry.written.subarray(0, Number(args[1]));
    return true;
  }

  #flush(fd: number): boolean {
    const opened = this.#open.get(fd);
    if (!opened) return false;
    if (opened.entry !== 'folder') {
      opened.entry.durable = opened.entry.written;
      return true;
    }
    for (const names of [this.#durableNames, this.#names]) {
      for (const path of [...names.keys()]) {
        if (dirname(path) !== opened.path) continue;
        const entry = this.#names.get(path);
        if (entry) this.#durableNames.set(path, entry);
        else this.#durableNames.delete(path);
      }
    }
    return true;
  }

  #isInside(path: string): boolean {
    return path.startsWith(`${this.#root}/`);
  }
}

/** A file of which some unflushed sectors have reached the disk; where they lie beyond it, zeros fill the gap. */
function torn({ written, durable }: File, random: Random): Buffer {
  if (written.equals(durable)) return durable;
  const sectors = Math.ceil(Math.max(written.length, durable.length) / SECTOR);
  let result: Buffer = Buffer.from(durable);
  // That it was cut short may have reached the disk before what was to follow.
  if (written.length < durable.length && random.below(2) === 0) result = result.subarray(0, written.length);
  for (let sector = 0; sector < sectors; sector++) {
    if (random.below(2) === 0) continue;
    const start = sector * SECTOR;
    const bytes = written.subarray(start, start + SECTOR);
    if (result.length < start + bytes.length) {
      result = Buffer.concat([result, Buffer.alloc(start + bytes.length - result.length)]);
    }
    bytes.copy(result, start);
  }
  return result;
}

/** One finished system call. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  /** Below zero: it failed. */
  readonly result: number;
}

/** Reads a log of `strace -f -xx`. Calls count from when they returned; one that was cut off by a kill did nothing. */
export function parseCalls(log: string): Call[] {
  const begun = new Map<string, string>();
  const calls: Call[] = [];
  for (const line of log.split('\n')) {
    const [, thread, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (!thread || !rest) continue;
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(thread, rest.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed ? `${begun.get(thread)}${resumed[1]}` : rest;
    const call = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(whole);
    if (!call) continue;
    calls.push({ name: call[1]!, args: call[2]!.split(', '), result: Number(call[3]) });
  }
  return calls;
}

/** A string argument, which `-xx` wrote in hexadecimal. */
export function text(argument: string): string {
  return argument
    .replace(/^"|"$/g, '')
    .replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function descriptor(argument: string): number {
  return Number.parseInt(argument, 10);
}
