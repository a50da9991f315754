/**
 * The texts that answers were given to in the editor, kept beside the index: when one of them changes later, what has
 * changed can be shown. The journal holds hashes only, so nothing else knows them. A cache like the index: what is not
 * there is not shown, and what is damaged is not believed.
 */
import { createReadStream } from 'node:fs';
import { appendFile, rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { textHash } from './text-hash.ts';

/** Longer texts are not kept: a card shows no more of them either. */
const LONGEST = 64 * 1024;
/** From this size on the file becomes the old one, and what was old is forgotten. In bytes. */
const FULL = 32 * 1024 * 1024;

export class AnsweredTexts {
  readonly #path: string;
  readonly #noted = new Set<string>();
  readonly #found = new Map<string, Promise<string | undefined>>();
  #writing: Promise<void> = Promise.resolve();

  /** @param indexPath the index that it lies beside */
  constructor(indexPath: string) {
    this.#path = `${indexPath}.answered`;
  }

  /** Keeps a text. Nobody waits for it, and a text that can't be kept is no failure. */
  note(hash: string, text: string): void {
    if (text.length > LONGEST || this.#noted.has(hash)) return;
    this.#noted.add(hash);
    this.#found.delete(hash);
    this.#writing = this.#writing.then(() => this.#write({ hash, text })).catch(() => {});
  }

  /** Resolves when what was noted is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  /** The text with this hash, as far as it was kept. @param hash 32 hex digits */
  find(hash: string): Promise<string | undefined> {
    let found = this.#found.get(hash);
    if (!found) {
      found = this.#find(hash);
      this.#found.set(hash, found);
    }
    return found;
  }

  async #write(line: { hash: string; text: string }): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    if ((await stat(this.#path)).size > FULL) await rename(this.#path, this.#old);
  }

  get #old(): string {
    return `${this.#path}.old`;
  }

  async #find(hash: string): Promise<string | undefined> {
    await this.#writing;
    return (await lookThrough(this.#path, hash)) ?? (await lookThrough(this.#old, hash));
  }
}

async function lookThrough(path: string, hash: string): Promise<string | undefined> {
  const beginning = `{"hash":"${hash}"`;
  const stream = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      const text = line.startsWith(beginning) ? textOf(line) : undefined;
      if (text !== undefined && textHash(text) === hash) return text;
    }
  } catch {
    // No such file, or one that can't be read: then nothing is known.
  } finally {
    stream.destroy();
  }
  return undefined;
}

/** Undefined for a line that a process was killed in the middle of. */
function textOf(line: string): string | undefined {
  try {
    const { text } = JSON.parse(line) as { text?: unknown };
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
