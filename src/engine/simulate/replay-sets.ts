/** Replays an oracle that knows several labels a record, or none: as `replay.ts`, with the product's learning for them. */
import {
  hammingLoss,
  macroF1OfSets,
  microF1,
  setCounts,
  subsetAccuracy,
} from '../../core/evaluate/multi-label.ts';
import { selectRows } from '../../core/features/csr.ts';
import { gatherRows } from '../../core/features/dense-rows.ts';
import { isTeachable, selectSets } from '../../core/model/label-sets.ts';
import { crossValidatedThresholds } from '../../core/model/label-thresholds.ts';
import { fitOneVsRest, type OneVsRestModel } from '../../core/model/one-vs-rest.ts';
import { clusterStart } from '../../core/query/cluster-start.ts';
import type { MultiLabelView } from '../../core/query/multi-label.ts';
import { multiLabelStrategyByName } from '../../core/query/multi-label-registry.ts';
import { Random } from '../../core/random.ts';
import { ONE_VS_REST } from '../learner/taught-sets.ts';
import { predictedSets } from '../learner/threshold-keeper.ts';
import { FIRST_SEED, type ReplayPoint, type ReplaySettings, START_LABELS } from './replay.ts';
import type { Task, TaskSets } from './task.ts';

const THRESHOLD_SEED = 1;

export function replaySets(task: Task, truth: TaskSets, settings: ReplaySettings): ReplayPoint[] {
  const { classCount } = task;
  const random = new Random(FIRST_SEED + settings.seed);
  const strategy = multiLabelStrategyByName(settings.strategy);
  let labelled = start(task, settings, random);
  const points: ReplayPoint[] = [];
  let model: OneVsRestModel | undefined;
  for (;;) {
    const rows = selectRows(task.pool, labelled);
    const sets = selectSets(truth.pool, labelled);
    const isKnown = isTeachable(sets, classCount);
    model = fitOneVsRest(rows, sets, classCount, ONE_VS_REST, model);
    const fitted = model;
    const thresholds = crossValidatedThresholds(
      rows,
      sets,
      classCount,
      ONE_VS_REST,
      new Random(THRESHOLD_SEED),
    );
    const counts = setCounts(
      truth.test,
      predictedSets(fitted.probabilities(task.test), thresholds),
      classCount,
    );
    points.push({
      labels: labelled.length,
      accuracy: subsetAccuracy(counts),
      macroF1: macroF1OfSets(counts),
      microF1: microF1(counts),
      hammingLoss: hammingLoss(counts),
    });
    const asked = new Set(labelled);
    const candidates = Int32Array.from({ length: task.pool.rowCount }, (_, at) => at).filter(
      (at) => !asked.has(at),
    );
    const size = Math.min(settings.batch, settings.labels - labelled.length, candidates.length);
    if (size <= 0) return points;
    const view: MultiLabelView = {
      candidateCount: candidates.length,
      classCount,
      probabilities: fitted.probabilities(selectRows(task.pool, candidates)),
      thresholds,
      ...spaceOf(task, candidates),
      labelled: { sets, probabilities: () => fitted.probabilities(rows) },
    };
    const chooser = isKnown ? strategy : multiLabelStrategyByName('random');
    const { chosen } = chooser.select(view, size, random);
    labelled = Int32Array.of(...labelled, ...chosen.map((position) => candidates[position]!));
  }
}

function spaceOf({ space }: Task, candidates: Int32Array): Pick<MultiLabelView, 'space'> {
  if (!space) return {};
  const recordsAt = (positions: Int32Array) => positions.map((position) => candidates[position]!);
  return {
    space: {
      rows: (positions) => gatherRows(space.rows, recordsAt(positions)),
      densities: (positions) => Float64Array.from(recordsAt(positions), (record) => space.densities[record]!),
    },
  };
}

/** The first records to learn from: spread over the pool's clusters, or at random. */
function start(task: Task, { start, labels }: ReplaySettings, random: Random): Int32Array {
  const spent = Math.min(START_LABELS, labels, task.pool.rowCount);
  if (start === 'random' || !task.space) return random.sample(task.pool.rowCount, spent);
  return clusterStart(task.space.rows, task.space.densities, spent, random);
}
