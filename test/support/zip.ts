/** Reads ZIP archives (a VSIX is one): stored and deflated entries, no ZIP64, no encryption. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** As on Unix, where the archive was made on one; else 0. */
  readonly mode: number;
  content(): Buffer;
}

/** The files of an archive in the order of its central directory (APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16). */
export function readZip(path: string): ZipEntry[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${path} is not a ZIP archive`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const method = bytes.readUInt16LE(at + 10);
    const packedSize = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const mode = bytes.readUInt32LE(at + 38) >>> 16;
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({
      name,
      size: bytes.readUInt32LE(at + 24),
      mode: mode & 0o7777,
      content: () => {
        const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
        const packed = bytes.subarray(start, start + packedSize);
        return method === 0 ? Buffer.from(packed) : inflateRawSync(packed);
      },
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries.filter(({ name }) => !name.endsWith('/'));
}

/** Writes the files under a folder of the archive into a folder on disk. */
export function unpack(path: string, under: string, into: string): void {
  for (const entry of readZip(path)) {
    if (!entry.name.startsWith(under)) continue;
    const file = join(into, entry.name.slice(under.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, entry.content(), { mode: entry.mode || 0o644 });
  }
}
