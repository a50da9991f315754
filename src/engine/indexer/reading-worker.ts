/** The thread beside the indexer's that reads large files. It has the indexer's priority, as threads take their maker's. */
import { serve } from '../../protocol/rpc.ts';
import { parentPort } from '../ports.ts';
import { PartReader } from './part-reader.ts';

serve(parentPort(), new PartReader(), (error) => console.error(error));
