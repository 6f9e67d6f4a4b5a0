import { FINDING_TITLES } from '../../contract/findings.ts';
import { FINDING_WEIGHTS } from '../../contract/instances.ts';
import type { DiagnosisAnswer, FindingKind, FindingView, FindingWeight } from '../../contract/instances.ts';

const MARKS: Readonly<Record<FindingWeight, string>> = { critical: '■', warning: '▲', notice: '◇' };
const WIDTH = 80;

/** Findings for a terminal: by kind, the gravest first, with lines to paste. They hold no control signs. */
export function reportText({ findings, left_out: leftOut, kinds }: DiagnosisAnswer): string {
  if (findings.length === 0) return 'Nothing is amiss between this server and who talks to it.\n';
  const parts = [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, some]) => {
    const all = kinds.find((one) => one.kind === kind)?.count ?? some.length;
    return [headOf(kind, some.length, all), ...some.map(findingText)].join('\n');
  });
  const rest =
    leftOut === 0 ? [] : [`${leftOut} more are not shown: --group and --host narrow the question\n`];
  return [summaryOf(findings), ...parts, ...rest].join('\n');
}

/** `2 critical, 1 warning, 3 notices` of those shown. */
function summaryOf(findings: readonly FindingView[]): string {
  const counts = FINDING_WEIGHTS.map((weight) => {
    const count = findings.filter((one) => one.weight === weight).length;
    const noun = weight === 'critical' || count === 1 ? weight : `${weight}s`;
    return count === 0 ? '' : `${MARKS[weight]} ${count} ${noun}`;
  });
  return `${counts.filter((words) => words !== '').join('   ')}\n`;
}

function headOf(kind: FindingKind, shown: number, all: number): string {
  const count = shown === all ? `${all}` : `${shown} of ${all}`;
  return `${FINDING_TITLES[kind]} (${count})  ${kind}\n`;
}

function findingText({ weight, what, causes, mend }: FindingView): string {
  return [
    ...wrapped(what, `  ${MARKS[weight]} `),
    ...(causes.length === 0 ? [] : ['    Usual causes']),
    ...causes.flatMap((cause) => wrapped(cause, '      - ')),
    ...(mend.lines.length === 0 ? [] : wrapped(`Mend it ${mend.where}`, '    ')),
    ...mend.lines.map((line) => `      ${line}`),
    '',
  ].join('\n');
}

/** Words broken into lines, the first behind `lead`, the others as far in. */
function wrapped(text: string, lead: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && lead.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one, i) => `${i === 0 ? lead : ' '.repeat(lead.length)}${one}`);
}
