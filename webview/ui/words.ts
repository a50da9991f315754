/** Numbers and learning states as both pages say them. */
import type { Training } from '../../src/protocol/training.ts';

const whole = new Intl.NumberFormat('en');

/** `1234` → `1,234`. */
export function count(value: number): string {
  return whole.format(value);
}

/** `1, 'record'` → `1 record`; `2, 'record'` → `2 records`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A proportion in [0, 1] as a percentage: `0.834` → `83 %`, or `83.4 %` with one digit; never broken across lines. */
export function percent(proportion: number, digits = 0): string {
  return `${(proportion * 100).toFixed(digits)}\u00a0%`;
}

export function trainingSentence(training: Training): string {
  switch (training.phase) {
    case 'cold':
      return training.labelsNeeded > 0
        ? `Learning starts once ${counted(training.labelsNeeded, 'more label')} ${training.labelsNeeded === 1 ? 'has' : 'have'} an answer`
        : 'Learning starts soon';
    case 'running':
      return 'Learning…';
    case 'ready':
      return `Model ${count(training.modelRevision)}, learned in ${duration(training.ms)}`;
    case 'failed':
      return `Learning has stopped: ${training.message.replace(/[.!?]?$/, '.')} Labeling goes on with records drawn at random.`;
  }
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
