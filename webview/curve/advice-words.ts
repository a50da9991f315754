/** What comes next, whether to stop, whether choosing pays, what probabilities are worth and what it cost: in words. */
import type {
  AgainstRandom,
  Calibration,
  Forecast,
  Interval,
  Spent,
  StopAdvice,
} from '../../src/protocol/curve.ts';
import { locale, say, sayOf } from '../ui/say.ts';
import { count, decimal, percent } from '../ui/words.ts';

/** With fewer audit answers a picture of ten bins is mostly chance. */
const ROUGH_BELOW = 100;

export function forecastWords(forecast: Forecast): string {
  if (!forecast.known) return say('What more answers will bring cannot be told yet. {0}', forecast.why);
  const { gain, labelsForPoint } = forecast;
  const next = say(
    'The next 100 answers are likely to bring {0}, between {1} and {2} with 95\u00a0% confidence.',
    ...signedAll(gain),
  );
  if (!labelsForPoint)
    return `${next} ${say('One more point of accuracy is further away than can be seen from here.')}`;
  const { value, low, high } = labelsForPoint;
  const price =
    high === undefined
      ? sayOf(
          rounded(value),
          'One more point takes about 1 answer (at least {1}).',
          'One more point takes about {0} answers (at least {1}).',
          count(rounded(low)),
        )
      : sayOf(
          rounded(value),
          'One more point takes about 1 answer ({1} to {2}).',
          'One more point takes about {0} answers ({1} to {2}).',
          count(rounded(low)),
          count(rounded(high)),
        );
  return `${next} ${price}`;
}

export const stopStates: Readonly<Record<StopAdvice['state'], string>> = {
  met: `✓ ${say('Yes')}`,
  open: say('Not yet'),
  unknown: say('Cannot tell yet'),
  unset: say('No goal set'),
};

/** How many criteria speak for stopping, of those that can say anything. */
export function stopWords(stopping: readonly StopAdvice[]): string {
  const judged = stopping.filter(({ state }) => state === 'met' || state === 'open');
  const met = judged.filter(({ state }) => state === 'met');
  if (judged.length === 0) return say('No criterion can say anything yet.');
  const figures = [count(met.length), count(judged.length)] as const;
  if (met.length === 0) return say('Criteria that say this may be enough: {0} of {1}.', ...figures);
  // Headings are written large in English only; German nouns are so in sentences, too.
  const isEnglish = locale.startsWith('en');
  const names = met.map(({ title }) => (isEnglish ? title.toLowerCase() : title)).join(', ');
  return say('Criteria that say this may be enough: {0} of {1} ({2}).', ...figures, names);
}

export function againstRandomWords(result: AgainstRandom): string {
  if (!result.known)
    return say('Whether choosing beats drawing at random cannot be told yet. {0}', result.why);
  const { labels, chosen, random, difference } = result;
  const both = sayOf(
    labels,
    'After 1 answer each, the model of the chosen records is right for {1}, one of randomly drawn records for {2}.',
    'After {0} answers each, the model of the chosen records is right for {1}, one of randomly drawn records for {2}.',
    percent(chosen),
    percent(random),
  );
  return `${both} ${differenceWords(difference)}`;
}

function differenceWords(difference: Interval): string {
  const figures = signedAll(difference);
  if (difference.low > 0)
    return say(
      'The difference is {0}, between {1} and {2} with 95\u00a0% confidence: choosing pays.',
      ...figures,
    );
  if (difference.high < 0)
    return say(
      'The difference is {0}, between {1} and {2} with 95\u00a0% confidence: choosing has not paid so far.',
      ...figures,
    );
  return say(
    'The difference is {0}, between {1} and {2} with 95\u00a0% confidence: that is no proof for either.',
    ...figures,
  );
}

export function calibrationWords(calibration: Calibration, audited: number): string {
  const { temperature, error, errorByChance } = calibration;
  const off =
    error <= errorByChance
      ? sayOf(
          audited,
          "The model's probabilities are off by {1} on average over 1 audit answer; where they hold, chance alone gives up to {2} here, so nothing speaks against them.",
          "The model's probabilities are off by {1} on average over {0} audit answers; where they hold, chance alone gives up to {2} here, so nothing speaks against them.",
          points(error),
          points(errorByChance),
        )
      : sayOf(
          audited,
          "The model's probabilities are off by {1} on average over 1 audit answer, more than the {2} that chance gives: take them with care.",
          "The model's probabilities are off by {1} on average over {0} audit answers, more than the {2} that chance gives: take them with care.",
          points(error),
          points(errorByChance),
        );
  const heat = decimal(temperature, 2);
  const before =
    temperature > 1.05
      ? say('It sounded surer than it was, so they are toned down (temperature {0}).', heat)
      : temperature < 0.95
        ? say('It sounded less sure than it was, so they are sharpened (temperature {0}).', heat)
        : say('They are shown nearly as the model gives them (temperature {0}).', heat);
  const rough =
    audited < ROUGH_BELOW
      ? [say('From fewer than {0} audit answers this is a rough picture.', ROUGH_BELOW)]
      : [];
  return [off, before, ...rough].join(' ');
}

export function spentWords({ answers, timed, minutes, hourlyRate }: Spent): string {
  if (timed === 0)
    return sayOf(
      answers,
      '1 answer so far, none of them timed on a card.',
      '{0} answers so far, none of them timed on a card.',
    );
  const each = (minutes * 60) / timed;
  const times = [duration(minutes), decimal(each, each < 10 ? 1 : 0)] as const;
  const time =
    timed === answers
      ? sayOf(
          answers,
          '1 answer on cards took {1}, {2} seconds each.',
          '{0} answers on cards took {1}, {2} seconds each.',
          ...times,
        )
      : sayOf(
          answers,
          '{3} of 1 answer on cards took {1}, {2} seconds each.',
          '{3} of {0} answers on cards took {1}, {2} seconds each.',
          ...times,
          count(timed),
        );
  const cost = hourlyRate
    ? say('At {0} an hour that is {1}.', money(hourlyRate), money((minutes / 60) * hourlyRate))
    : say('Set inkling.hourlyRate to see the cost.');
  return `${time} ${cost}`;
}

/** `0.8 points`; a proportion in, in [0, 1]. */
export function points(proportion: number): string {
  const value = decimal(100 * proportion, 1);
  return value === decimal(1, 1) ? say('{0}\u00a0point', value) : say('{0}\u00a0points', value);
}

function signedAll({ value, low, high }: Interval): readonly [string, string, string] {
  return [signed(value), signed(low), signed(high)];
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
  if (whole < 1) return say('less than a minute');
  if (whole < 60) return sayOf(whole, '1 minute', '{0} minutes');
  return say('{0} h {1} min', Math.floor(whole / 60), whole % 60);
}

function money(amount: number): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
}
