/** Indexes a folder in a process of its own and tells its parent what that took: `index-alone.ts <folder> <index>`. */
import { Indexer } from '../../src/engine/indexer/indexer.ts';
import { timed } from './measure.ts';

const [folder = '', indexPath = ''] = process.argv.slice(2);
const silent = { progress() {}, committed() {}, sourcesChanged() {} };
const indexer = new Indexer(folder, indexPath, silent);
const times = await timed(() => indexer.index({ sources: [{ include: ['**/*'] }], salt: '00'.repeat(16) }));
await indexer.close();
process.send!({ ...times, peak: process.resourceUsage().maxRSS / 1000 });
process.disconnect();
