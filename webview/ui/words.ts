/** Numbers and learning states as both pages say them. */
import type { Training } from '../../src/protocol/training.ts';
import { locale, say, sayOf } from './say.ts';

const whole = new Intl.NumberFormat(locale);

/** `1234` → `1,234`. */
export function count(value: number): string {
  return whole.format(value);
}

/** `0.5, 3` → `0.500`. */
export function decimal(value: number, digits: number): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(value);
}

/** A proportion in [0, 1] as a percentage: `0.834` → `83 %`, or `83.4 %` with one digit; never broken across lines. */
export function percent(proportion: number, digits = 0): string {
  return `${decimal(proportion * 100, digits)}\u00a0%`;
}

export function trainingSentence(training: Training): string {
  switch (training.phase) {
    case 'cold':
      return training.labelsNeeded > 0
        ? sayOf(
            training.labelsNeeded,
            'Learning starts once 1 more label has an answer',
            'Learning starts once {0} more labels have an answer',
          )
        : say('Learning starts soon');
    case 'running':
      return say('Learning…');
    case 'ready':
      return say('Model {0}, learned in {1}', count(training.modelRevision), duration(training.ms));
    case 'failed':
      return say(
        'Learning has stopped: {0} Labeling goes on with records drawn at random.',
        training.message.replace(/[.!?]?$/, '.'),
      );
  }
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${decimal(milliseconds / 1000, 1)} s`;
}
