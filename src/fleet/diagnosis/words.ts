import { durationWords } from '../../model/duration.ts';

const NAME_CHARS_MAX = 120;

/** What others call something, on one line and without signs that a terminal or a page would act upon. */
export function shown(name: string): string {
  const plain = name.toWellFormed().replaceAll(/\p{C}/gu, '\ufffd');
  return plain.length > NAME_CHARS_MAX ? `${plain.slice(0, NAME_CHARS_MAX)}…` : plain;
}

/** A name as it may stand in lines to paste; what is no plain word is left for whoever pastes them. */
export function pasted(name: string, otherwise: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9._:-]{0,252}$/u.test(name) ? name : otherwise;
}

export function ago(ms: number, nowMs: number): string {
  return `${durationWords(Math.max(0, nowMs - ms))} ago`;
}

/** `1 datagram`, `4 datagrams`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b, c and 9 more`. */
export function listed(names: readonly string[], total = names.length, most = 3): string {
  const first = names.slice(0, most).map(shown);
  const more = total - first.length;
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(', ');
}

/** `90 s behind`, `2 h ahead`. */
export function skewWords(skewMs: number): string {
  return `${durationWords(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
}
