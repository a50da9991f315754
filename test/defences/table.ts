/** docs/faults.md: `node test/defences/table.ts > docs/faults.md`. */
import { type Fault, faults } from './faults.ts';

const HEAD = `# What can go wrong

What Inkling does about each fault, and the test under \`test/\` that shows it. The last column says that the test was seen
to fail, and without what; \`node test/defences/run.ts [row …]\` takes the defences away again, one by one, in a copy of the
tree. Where that says nothing, it says why.

| | fault | what Inkling does | test | fails without |
|---|---|---|---|---|
`;

/** The whole page. */
export function page(): string {
  return HEAD + faults.map((fault) => `| ${cells(fault).map(escaped).join(' | ')} |\n`).join('');
}

function cells(fault: Fault): string[] {
  const { row, does, test } = fault;
  const seen = 'without' in fault ? fault.without : `(${fault.why})`;
  return [row, fault.fault, does, `\`${test[0]}\`: ${test[1]}`, seen];
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('__', '\\_\\_');
}

if (process.argv[1] === import.meta.filename) process.stdout.write(page());
