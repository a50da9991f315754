/**
 * Preloaded into the child (`--import`): puts the durability bug that INKLING_SEED names into the code as it is
 * loaded, so that the harness can show that it would find it. The shipped code knows nothing of this.
 */
import { registerHooks } from 'node:module';

interface Bug {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

export const bugs: Record<string, Bug> = {
  'skip-fsync': {
    file: '/journal/durable.ts',
    right: "if (process.platform === 'linux') await handle.datasync();",
    wrong: 'if (handle) return;',
  },
  'acknowledge-early': {
    file: '/journal/journal.ts',
    right: 'await this.#write(Buffer',
    wrong: 'for (const pending of group) pending.resolve(); await this.#write(Buffer',
  },
  'rewrite-in-place': {
    file: '/journal/append.ts',
    right: 'await writeAll(handle, endsLine',
    wrong:
      'const old = Buffer.alloc(Number(stat.size)); await handle.read(old, 0, old.length, 0); await handle.truncate(0); await writeAll(handle, old); await writeAll(handle, endsLine',
  },
  'no-line-repair': {
    file: '/journal/append.ts',
    right: "endsLine ? lines : Buffer.concat([Buffer.from('\\n'), lines])",
    wrong: 'endsLine ? lines : lines',
  },
  'no-inode-check': {
    file: '/journal/append.ts',
    right: 'if (file === (await fileAt(path))) return;',
    wrong: 'if (file) return;',
  },
  'ignore-short-writes': {
    file: '/journal/durable.ts',
    right: 'done += bytesWritten;',
    wrong: 'done = bytes.length;',
  },
  'truncate-torn-tail': {
    file: '/journal/append.ts',
    right: 'await writeAll(handle, endsLine',
    wrong:
      'const tail = Buffer.alloc(Number(stat.size)); await handle.read(tail, 0, tail.length, 0); if (!endsLine) await handle.truncate(tail.lastIndexOf(10) + 1); await writeAll(handle, endsLine',
  },
  'no-folder-fsync': {
    file: '/journal/durable.ts',
    right: "if (process.platform === 'win32') return;",
    wrong: 'if (path) return;',
  },
};

const bug = bugs[process.env.INKLING_SEED ?? ''];
if (bug) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(bug.file)) return loaded;
      const source = String(loaded.source);
      if (!source.includes(bug.right)) throw new Error(`The seeded bug no longer fits ${bug.file}.`);
      return { ...loaded, source: source.replace(bug.right, bug.wrong) };
    },
  });
}
