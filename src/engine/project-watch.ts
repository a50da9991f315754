/** Notices when the project file is changed by somebody else: an editor, git, another window. */
import { unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FILE } from './project-file.ts';

/** Asking for the file's state works on every file system, and once a second costs nothing. In milliseconds. */
const INTERVAL = 1000;

/** @returns how to stop */
export function watchProject(folder: string, changed: () => void): () => void {
  const file = join(folder, PROJECT_FILE);
  const look = () => changed();
  watchFile(file, { interval: INTERVAL, persistent: false }, look);
  return () => unwatchFile(file, look);
}
