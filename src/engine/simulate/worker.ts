/** A simulation's thread: makes the task, and replays runs of it. */
import { serve } from '../../protocol/rpc.ts';
import { parentPort } from '../ports.ts';
import { readAnswered } from './records.ts';
import { type ReplayPoint, type ReplaySettings, replay } from './replay.ts';
import { newTask, type Task, type TaskSettings } from './task.ts';

export interface SimulatorService {
  prepare(files: { readonly pool: string; readonly test: string }, settings: TaskSettings): Promise<Task>;
  replay(task: Task, settings: ReplaySettings): Promise<ReplayPoint[]>;
}

const service: SimulatorService = {
  prepare: async ({ pool, test }, settings) =>
    newTask(await readAnswered(pool), await readAnswered(test), settings),
  replay: async (task, settings) => replay(task, settings),
};

serve(parentPort(), service, (error) => console.error(error));
