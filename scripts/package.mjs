// Builds and packs the VSIX: the files that .vscodeignore allows, for one platform.
//
//   npm run package [-- --target-platform=linux-x64]     one of vsce's platforms, `universal`, or `all`
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, buildIfStale, newest, TARGETS, thisPlatform } from './build.mjs';
import { onFitNode } from './setup.mjs';
import { inRoot, isMain, main, Stop, say } from './tools.mjs';

/** The VSIX of a platform, whether it is there or not. */
export function vsixFile(targetPlatform = thisPlatform()) {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return inRoot(`out/inkling-${targetPlatform}-${version}.vsix`);
}

/** Builds and packs; resolves to the VSIX. */
export async function packageVsix(targetPlatform = thisPlatform()) {
  if (!(targetPlatform in TARGETS)) {
    throw new Stop(
      `"${targetPlatform}" is no platform. Known are ${Object.keys(TARGETS).join(', ')} and all.`,
    );
  }
  await build({ targetPlatform });
  return pack(targetPlatform);
}

/** The VSIX of this platform, built and packed only when a source is newer. */
export async function packageIfStale() {
  await buildIfStale();
  const file = vsixFile();
  const packed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [
    'dist/build.json',
    'package.json',
    'package.nls.json',
    'package.nls.de.json',
    'l10n',
    '.vscodeignore',
    'README.md',
    'CHANGELOG.md',
    'media',
  ];
  return newest(inputs) < packed ? file : pack(thisPlatform());
}

async function pack(targetPlatform) {
  const { createVSIX } = await import('@vscode/vsce');
  const packagePath = vsixFile(targetPlatform);
  mkdirSync(inRoot('out'), { recursive: true });
  await createVSIX({
    cwd: inRoot(),
    packagePath,
    ...(targetPlatform === 'universal' ? {} : { target: targetPlatform }),
    dependencies: false, // everything is bundled
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  say(`packed ${packagePath} (${(statSync(packagePath).size / 1e6).toFixed(2)} MB)`);
  return packagePath;
}

if (isMain(import.meta)) {
  await main(async () => {
    await onFitNode();
    const { values } = parseArgs({
      options: { 'target-platform': { type: 'string', default: thisPlatform() } },
    });
    const wanted = values['target-platform'];
    for (const target of wanted === 'all' ? Object.keys(TARGETS) : [wanted])
      console.log(await packageVsix(target));
  });
}
