/** A simulation's thread: makes the task, and replays runs of it. */
import { serve } from '../../protocol/rpc.ts';
import { parentPort } from '../ports.ts';
import { readAnswered } from './records.ts';
import { type ReplayPoint, type ReplaySettings, replay } from './replay.ts';
import { plainTask, type Task } from './task.ts';

export interface SimulatorService {
  prepare(files: { readonly pool: string; readonly test: string }): Promise<Task>;
  replay(task: Task, settings: ReplaySettings): Promise<ReplayPoint[]>;
}

const service: SimulatorService = {
  prepare: async ({ pool, test }) => plainTask(await readAnswered(pool), await readAnswered(test)),
  replay: async (task, settings) => replay(task, settings),
};

serve(parentPort(), service, (error) => console.error(error));
