/** The names of what people may call, for `extension.ts` to register and `shell.ts` to carry out. */
import type { QueueAction } from '../protocol/queue.ts';

/** Commands that work wherever they are called. */
export const GENERAL_COMMANDS = [
  'startLabeling',
  'showLearningCurve',
  'exportLabels',
  'importLabels',
  'editLabels',
  'editProject',
  'updateIndex',
  'labelAtCursor',
  'showLog',
] as const;

/** Commands that act on the card on screen; the page carries them out. */
export const QUEUE_ACTIONS: readonly QueueAction[] = [
  'skip',
  'unsure',
  'flag',
  'undo',
  'redo',
  'previous',
  'next',
  'openSource',
  'find',
  'findSimilar',
  'labelAllFound',
  'acceptGuess',
  'toggleWhy',
  'toggleGuidelines',
  'toggleKeys',
];

export type GeneralCommand = (typeof GENERAL_COMMANDS)[number];

export const QUEUE_VIEW = 'inkling.queue';
export const CURVE_VIEW = 'inkling.curve';
