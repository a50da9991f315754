/** All commands of the terminal, in the order in which help lists them. */
import type { Command } from '../command.ts';
import { curve } from './curve.ts';
import { exportCommand } from './export.ts';
import { find } from './find.ts';
import { importCommand } from './import.ts';
import { index } from './index-folder.ts';
import { init } from './init.ts';
import { label } from './label.ts';
import { labels } from './labels.ts';
import { next } from './next.ts';
import { review } from './review.ts';
import { simulateCommand } from './simulate.ts';
import { stats } from './stats.ts';
import { strategiesCommand } from './strategies.ts';
import { synthesize } from './synthesize.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  init,
  index,
  next,
  label,
  labels,
  find,
  curve,
  synthesize,
  stats,
  review,
  exportCommand,
  importCommand,
  verify,
  simulateCommand,
  strategiesCommand,
];
