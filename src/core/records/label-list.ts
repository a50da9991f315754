/** Several labels in one value, as other tools write them: a list, its text, or names with a mark between them. */

/** What a list of names is parted by in one text. A comma is as often part of a name. */
const MARKS = /[;|]/;

/**
 * The names in a text: `["a", "b"]`, `a;b`, `a|b`; `a, b` where all of these are known. A known name is never cut.
 *
 * @returns an empty list for an empty one, `[]`; the text itself where it is a single name
 */
export function labelsIn(text: string, isKnown: (name: string) => boolean = () => false): string[] {
  const whole = text.trim();
  if (isKnown(whole)) return [whole];
  const listed = listIn(whole);
  if (listed) return listed;
  if (MARKS.test(whole)) return namesIn(whole.split(MARKS));
  const parts = namesIn(whole.split(','));
  return parts.length > 1 && parts.every(isKnown) ? parts : [whole];
}

/** Whether a text is surely a list: a name rarely has these marks. */
export function isLabelList(text: string): boolean {
  return listIn(text.trim()) !== undefined || (MARKS.test(text) && namesIn(text.split(MARKS)).length > 1);
}

/** A list written as JSON, or as Python writes one. */
function listIn(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  for (const json of [text, text.replaceAll("'", '"')]) {
    try {
      const value: unknown = JSON.parse(json);
      if (
        Array.isArray(value) &&
        value.every((name) => ['string', 'number', 'boolean'].includes(typeof name))
      )
        return namesIn(value.map(String));
    } catch {
      // Not JSON: perhaps Python's.
    }
  }
  return undefined;
}

function namesIn(parts: readonly string[]): string[] {
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))];
}
