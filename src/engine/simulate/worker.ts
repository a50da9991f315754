/** A simulation's thread: makes the task, and replays runs of it. */
import { serve } from '../../protocol/rpc.ts';
import { parentPort } from '../ports.ts';
import type { AnsweredRecords } from './records.ts';
import { type ReplayPoint, type ReplaySettings, replay } from './replay.ts';
import { replaySets } from './replay-sets.ts';
import { newTask, type Task, type TaskSettings } from './task.ts';

export interface SimulatorService {
  prepare(
    records: { readonly pool: AnsweredRecords; readonly test: AnsweredRecords },
    settings: TaskSettings,
  ): Promise<Task>;
  replay(task: Task, settings: ReplaySettings): Promise<ReplayPoint[]>;
}

const service: SimulatorService = {
  prepare: async ({ pool, test }, settings) => newTask(pool, test, settings),
  replay: async (task, settings) =>
    task.sets ? replaySets(task, task.sets, settings) : replay(task, settings),
};

serve(parentPort(), service, (error) => console.error(error));
