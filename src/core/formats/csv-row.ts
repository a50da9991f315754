/** Takes one row of CSV or TSV apart. */

/** The values of a row; a quote inside an unquoted field is a character. */
export function splitRow(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter);
  const values: string[] = [];
  for (let at = 0; ; at++) {
    if (row[at] === '"') {
      const end = closingQuote(row, at);
      values.push(row.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const next = row.indexOf(delimiter, at);
      const end = next < 0 ? row.length : next;
      values.push(row.slice(at, end));
      at = end;
    }
    if (at >= row.length) return values;
  }
}

/** The quote that closes the one at `at`: the first that is not one of a pair. The row's end when there is none. */
function closingQuote(row: string, at: number): number {
  let end = row.indexOf('"', at + 1);
  while (end >= 0 && row[end + 1] === '"') end = row.indexOf('"', end + 2);
  return end < 0 ? row.length : end;
}

/** Nothing but white space, and no separator: a line that separates, or a last line end too many. */
export function isBlankRow(row: string, delimiter: string): boolean {
  return row === '' || (row.trim() === '' && !row.includes(delimiter));
}
