/** Who labels here, and from which installation: the two names in a journal's file name. Starts no other program. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/**
 * The annotator's name: the setting, else git's `user.name` for this folder, else the account's name.
 *
 * Reads `.git/config`, then the person's own git configuration. `[include]` and `[includeIf]` are not followed: a name
 * set only there is missed, and the setting is the way to give it.
 */
export function annotatorName(folder: string, setting: string | undefined): string {
  return oneLine(setting) || oneLine(gitUserName(folder)) || oneLine(accountName()) || 'annotator';
}

function oneLine(name: string | undefined): string {
  const line = (name ?? '').normalize('NFC').replace(/\p{Cc}+/gu, ' ');
  return line.trim().slice(0, 100);
}

/** A part of a file name on every system: letters, digits, `-` and `_`, at most 40 of them. */
export function fileNamePart(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const part = Array.from(plain).slice(0, 40).join('') || 'annotator';
  // Windows takes these names for devices, whatever follows the first dot.
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(part) ? `${part}_` : part;
}

/**
 * Eight random letters and digits, made once for this installation and kept in the person's configuration folder.
 * Where that folder can't be written, this process makes do with letters of its own.
 */
export function installationId(environment: NodeJS.ProcessEnv = process.env): string {
  const path = join(configurationFolder(environment), 'installation');
  const known = readInstallation(path);
  if (known) return known;
  const made = randomId();
  try {
    mkdirSync(dirname(path), { recursive: true });
    const half = `${path}.${process.pid}.tmp`;
    writeFileSync(half, `${made}\n`);
    renameSync(half, path);
  } catch {
    return made;
  }
  // Two processes may have made one at the same moment: the one whose file stayed counts for both.
  return readInstallation(path) ?? made;
}

/** Where Inkling keeps what belongs to the person and not to a project. `INKLING_HOME` moves it. */
export function configurationFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { INKLING_HOME, XDG_CONFIG_HOME, APPDATA } = environment;
  if (INKLING_HOME) return resolve(INKLING_HOME);
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'inkling');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'inkling');
  return join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'inkling');
}

function readInstallation(path: string): string | undefined {
  return /^[a-z0-9]{8}$/.exec(readText(path)?.trim() ?? '')?.[0];
}

function randomId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from(randomBytes(8), (byte) => letters[byte % 32]).join('');
}

function gitUserName(folder: string): string | undefined {
  const home = homedir();
  const files = [
    ...repositoryConfigs(folder),
    join(home, '.gitconfig'),
    join(process.env.XDG_CONFIG_HOME || join(home, '.config'), 'git', 'config'),
  ];
  for (const file of files) {
    const name = userNameIn(readText(file) ?? '');
    if (name) return name;
  }
  return undefined;
}

/** The configuration of the repository around the folder. In a worktree `.git` is a file that says where it is. */
function repositoryConfigs(folder: string): string[] {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const git = join(at, '.git');
    if (isFolder(git)) return [join(git, 'config')];
    const pointer = /^gitdir: (.+)$/m.exec(readText(git) ?? '')?.[1]?.trim();
    if (pointer) {
      const own = resolve(at, pointer);
      const common = readText(join(own, 'commondir'))?.trim();
      const shared = common ? (isAbsolute(common) ? common : join(own, common)) : own;
      return [join(own, 'config.worktree'), join(shared, 'config')];
    }
    if (at === dirname(at)) return [];
  }
}

/** The last `name` in a `[user]` section, as git reads it: comments, quotes, escapes, continued lines. */
export function userNameIn(config: string): string | undefined {
  let section = '';
  let name: string | undefined;
  for (let line of config.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]"]*?)\s*(?:"(?:[^"\\]|\\.)*")?\s*\]/.exec(line);
    if (header) {
      section = /"/.test(header[0]) ? '' : header[1]!.toLowerCase();
      line = line.slice(header[0].length);
    }
    const value = section === 'user' ? /^\s*name\s*=\s*(.*)$/i.exec(line)?.[1] : undefined;
    if (value !== undefined) name = unquoted(value);
  }
  return name || undefined;
}

function unquoted(value: string): string {
  let quoted = false;
  let text = '';
  // Spaces outside quotes count only between words.
  let solid = 0;
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]!;
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '#' || letter === ';')) break;
    else if (letter === '\\' && at + 1 < value.length) {
      at++;
      text += { n: '\n', t: '\t', b: '' }[value[at]!] ?? value[at]!;
    } else text += letter;
    if (quoted || !/\s/.test(letter)) solid = text.length;
  }
  return text.slice(0, solid).trim();
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in the system's list, as containers have.
    return 'annotator';
  }
}

/** The text of a small file, or undefined where there is none that can be read. */
function readText(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size < 1024 * 1024 ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
