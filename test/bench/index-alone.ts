/** Indexes a project's folder in a process of its own and tells its parent what that took: `<folder> <cache folder>`. */
import { indexPath } from '../../src/engine/cache-folder.ts';
import { Indexer } from '../../src/engine/indexer/indexer.ts';
import { readProject } from '../../src/engine/project-file.ts';
import { timed } from './measure.ts';

void main();

async function main(): Promise<void> {
  const [folder = '', cacheFolder = ''] = process.argv.slice(2);
  const { sources, salt } = await readProject(folder);
  const silent = { progress() {}, committed() {}, sourcesChanged() {} };
  const indexer = new Indexer(folder, await indexPath(folder, cacheFolder), silent);
  const times = await timed(() => indexer.index({ sources, salt }));
  await indexer.close();
  process.send!({ ...times, peak: process.resourceUsage().maxRSS / 1000 });
  process.disconnect();
}
