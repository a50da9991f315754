/** What comes next, whether to stop, whether choosing pays, what probabilities are worth and what it cost: in words. */
import type { AgainstRandom, Calibration, Forecast, Spent, StopAdvice } from '../../src/protocol/curve.ts';
import { count, counted, percent } from '../ui/words.ts';

/** With fewer audit answers a picture of ten bins is mostly chance. */
const ROUGH_BELOW = 100;

export function forecastWords(forecast: Forecast): string {
  if (!forecast.known) return `What more answers will bring cannot be told yet. ${forecast.why}`;
  const { gain, labelsForPoint } = forecast;
  const next = `The next 100 answers are likely to bring ${signed(gain.value)}, between ${signed(gain.low)} and ${signed(gain.high)} with 95\u00a0% confidence.`;
  if (!labelsForPoint)
    return `${next} One more point of accuracy is further away than can be seen from here.`;
  const { value, low, high } = labelsForPoint;
  const range =
    high === undefined
      ? `at least ${count(rounded(low))}`
      : `${count(rounded(low))} to ${count(rounded(high))}`;
  return `${next} One more point takes about ${counted(rounded(value), 'answer')} (${range}).`;
}

export const stopStates: Readonly<Record<StopAdvice['state'], string>> = {
  met: '✓ Yes',
  open: 'Not yet',
  unknown: 'Cannot tell yet',
  unset: 'No goal set',
};

/** How many criteria speak for stopping, of those that can say anything. */
export function stopWords(stopping: readonly StopAdvice[]): string {
  const judged = stopping.filter(({ state }) => state === 'met' || state === 'open');
  const met = judged.filter(({ state }) => state === 'met');
  if (judged.length === 0) return 'No criterion can say anything yet.';
  const names = met.map(({ title }) => title.toLowerCase()).join(', ');
  return `Criteria that say this may be enough: ${count(met.length)} of ${count(judged.length)}${names && ` (${names})`}.`;
}

export function againstRandomWords(result: AgainstRandom): string {
  if (!result.known) return `Whether choosing beats drawing at random cannot be told yet. ${result.why}`;
  const { labels, chosen, random, difference } = result;
  const both = `After ${counted(labels, 'answer')} each, the model of the chosen records is right for ${percent(chosen)}, one of randomly drawn records for ${percent(random)}.`;
  const range = `The difference is ${signed(difference.value)}, between ${signed(difference.low)} and ${signed(difference.high)} with 95\u00a0% confidence`;
  if (difference.low > 0) return `${both} ${range}: choosing pays.`;
  if (difference.high < 0) return `${both} ${range}: choosing has not paid so far.`;
  return `${both} ${range}: that is no proof for either.`;
}

export function calibrationWords(calibration: Calibration, audited: number): string {
  const { temperature, error, errorByChance } = calibration;
  const off = `The model's probabilities are off by ${points(error)} on average over ${counted(audited, 'audit answer')}`;
  const chance =
    error <= errorByChance
      ? `; where they hold, chance alone gives up to ${points(errorByChance)} here, so nothing speaks against them.`
      : `, more than the ${points(errorByChance)} that chance gives: take them with care.`;
  const before =
    temperature > 1.05
      ? 'It sounded surer than it was, so they are toned down'
      : temperature < 0.95
        ? 'It sounded less sure than it was, so they are sharpened'
        : 'They are shown nearly as the model gives them';
  const rough =
    audited < ROUGH_BELOW ? ` From fewer than ${ROUGH_BELOW} audit answers this is a rough picture.` : '';
  return `${off}${chance} ${before} (temperature ${temperature.toFixed(2)}).${rough}`;
}

export function spentWords({ answers, timed, minutes, hourlyRate }: Spent): string {
  if (timed === 0) return `${counted(answers, 'answer')} so far, none of them timed on a card.`;
  const each = (minutes * 60) / timed;
  const which =
    timed === answers ? counted(answers, 'answer') : `${count(timed)} of ${counted(answers, 'answer')}`;
  const time = `${which} on cards took ${duration(minutes)}, ${each.toFixed(each < 10 ? 1 : 0)} seconds each.`;
  if (!hourlyRate) return `${time} Set inkling.hourlyRate to see the cost.`;
  return `${time} At ${money(hourlyRate)} an hour that is ${money((minutes / 60) * hourlyRate)}.`;
}

/** `0.8 points`; a proportion in, in [0, 1]. */
export function points(proportion: number): string {
  const value = (100 * proportion).toFixed(1);
  return `${value}\u00a0${value === '1.0' ? 'point' : 'points'}`;
}

function signed(proportion: number): string {
  return `${proportion < 0 ? '−' : '+'}${points(Math.abs(proportion))}`;
}

/** Two digits are all that such a figure carries. */
function rounded(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / step) * step;
}

function duration(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 1) return 'less than a minute';
  if (whole < 60) return counted(whole, 'minute');
  return `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

function money(amount: number): string {
  return new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
}
