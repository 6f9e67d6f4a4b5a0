import { oneLine } from '../words.ts';
import type { MailContent } from './content.ts';

/** A mail as plain text. */
export function mailText(content: MailContent): string {
  const { facts, services, left, notes, runbook } = content;
  const width = Math.max(...facts.map(([name]) => name.length));
  const parts = [
    content.subject,
    content.output,
    facts.map(([name, value]) => `${`${name}:`.padEnd(width + 1)} ${value}`).join('\n'),
  ];
  if (services.length > 1) {
    const lines = services.map(({ name, state, output }) => `- ${state} ${name}: ${oneLine(output)}`);
    parts.push([...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'));
  }
  if (notes !== '') parts.push(`What to do:\n${notes}`);
  const ways = [
    ['Runbook', runbook ?? ''],
    ['Acknowledge', content.acknowledge],
    ['Open', content.link],
  ] as const;
  parts.push(ways.flatMap(([name, url]) => (url === '' ? [] : [`${name}: ${url}`])).join('\n'));
  if (content.graph === 'missing') parts.push('The graph could not be drawn in time.');
  parts.push(`-- \n${content.footer}`);
  return `${parts.filter((part) => part.trim() !== '').join('\n\n')}\n`;
}
