import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgainstRandom, Forecast, StopAdvice } from '../../../src/protocol/curve.ts';
import {
  againstRandomWords,
  calibrationWords,
  forecastWords,
  points,
  spentWords,
  stopWords,
} from '../../../webview/curve/advice-words.ts';

function check(words: string, pattern: RegExp): void {
  assert.match(words.replaceAll('\u00a0', ' '), pattern);
}

const gain = { value: 0.008, low: -0.001, high: 0.02 };
const known: Forecast = { known: true, labels: 100, gain, points: [] };

test('a forecast gives its interval, and the price of a point as precisely as it is known', () => {
  check(
    forecastWords(known),
    /bring \+0\.8 points, between −0\.1 points and \+2\.0 points .* further away than can be seen/,
  );
  check(
    forecastWords({ ...known, labelsForPoint: { value: 127, low: 48, high: 1234 } }),
    /about 130 answers \(48 to 1,200\)/,
  );
  check(forecastWords({ ...known, labelsForPoint: { value: 127, low: 48 } }), /\(at least 48\)/);
  check(forecastWords({ known: false, why: 'Too short.' }), /cannot be told yet\. Too short\./);
});

const advice = (title: string, state: StopAdvice['state']): StopAdvice => ({
  name: title,
  title,
  state,
  evidence: '',
  citation: '',
});

test('only criteria that can tell are counted', () => {
  check(stopWords([]), /No criterion can say anything yet/);
  check(stopWords([advice('A', 'unset'), advice('B', 'unknown')]), /No criterion/);
  check(stopWords([advice('A', 'open')]), /may be enough: 0 of 1\.$/);
  check(
    stopWords([advice('Stable', 'met'), advice('Spent', 'met'), advice('C', 'open'), advice('D', 'unset')]),
    /may be enough: 2 of 3 \(stable, spent\)\.$/,
  );
});

test('a difference that may be none is no proof', () => {
  const result = (low: number, high: number): AgainstRandom => ({
    known: true,
    labels: 40,
    chosen: 0.8,
    random: 0.75,
    difference: { value: 0.05, low, high },
  });
  check(againstRandomWords(result(-0.01, 0.1)), /between −1\.0 point and \+10\.0 points .* no proof/);
  check(againstRandomWords(result(0.001, 0.1)), /choosing pays/);
  check(againstRandomWords(result(-0.1, -0.001)), /has not paid/);
  check(againstRandomWords({ known: false, why: 'Too few.' }), /cannot be told yet\. Too few\./);
});

test('probabilities are said to be toned down or sharpened, and a picture of few answers rough', () => {
  const calibration = (temperature: number) => ({ temperature, bins: [], error: 0.1, errorByChance: 0.12 });
  check(calibrationWords(calibration(1.5), 150), /toned down \(temperature 1\.50\)\.$/);
  check(
    calibrationWords(calibration(0.5), 150),
    /up to 12\.0 points here, so nothing speaks against them\. .*sharpened/,
  );
  check(
    calibrationWords({ ...calibration(1), errorByChance: 0.06 }, 150),
    /more than the 6\.0 points .* with care/,
  );
  check(calibrationWords(calibration(1), 99), /nearly as the model gives them .* rough picture/);
});

test('time and money are told as far as they are known', () => {
  check(spentWords({ answers: 1, timed: 0, minutes: 0 }), /^1 answer so far, none of them timed/);
  check(
    spentWords({ answers: 10, timed: 10, minutes: 0.4 }),
    /^10 answers on cards took less than a minute, 2\.4 seconds each\. Set/,
  );
  check(
    spentWords({ answers: 400, timed: 300, minutes: 90, hourlyRate: 20 }),
    /^300 of 400 answers on cards took 1 h 30 min, 18 seconds each\. At 20\.00 an hour that is 30\.00\.$/,
  );
});

test('one point is singular', () => {
  check(points(0.01), /^1\.0 point$/);
  check(points(0.02), /^2\.0 points$/);
});
