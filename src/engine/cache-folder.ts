/** Where an index lies: in the account's cache folder, keyed by the workspace folder's real path. */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/**
 * The index file of a workspace folder; its folder is made. The editor and the command line get the same one, and a
 * copy of the workspace elsewhere gets another.
 *
 * @param folder the workspace folder
 * @param cacheFolder instead of the account's cache folder
 */
export async function indexPath(folder: string, cacheFolder?: string): Promise<string> {
  const real = await realpath(folder);
  // A readable part for people who look into the cache; the digest decides.
  const name = basename(real)
    .replace(/[^\w.-]/g, '_')
    .slice(0, 40);
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const home = join(cacheFolder ?? accountCacheFolder(), `${name}-${digest}`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  return join(home, 'index.db');
}

/** `INKLING_CACHE`, else what the platform calls the cache of an account. */
function accountCacheFolder(): string {
  const { INKLING_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (INKLING_CACHE) return INKLING_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Inkling');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Inkling', 'Cache');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'inkling');
}
