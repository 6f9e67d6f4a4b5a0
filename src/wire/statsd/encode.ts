/** One measurement as an application has it. */
export interface OutgoingStatsd {
  readonly name: string;
  /** As it stands on the wire: `3`, `-1.5`, `+2` (a gauge's step), a member of a set. */
  readonly value: string;
  /** c counter, g gauge, ms timer, h histogram, d distribution, s set. */
  readonly type: 'c' | 'g' | 'ms' | 'h' | 'd' | 's';
  /** 0 < rate < 1: only this share of the events was sent. */
  readonly sampleRate?: number;
  /** In Datadog's dialect, behind the value. */
  readonly tags?: readonly (readonly [name: string, value: string])[];
}

/** A line without its line break. The caller's words hold none of the signs that the protocol uses. */
export function encodeStatsd({ name, value, type, sampleRate, tags = [] }: OutgoingStatsd): string {
  const rate = sampleRate === undefined ? '' : `|@${sampleRate}`;
  const tagged = tags.length === 0 ? '' : `|#${tags.map(([tag, word]) => `${tag}:${word}`).join(',')}`;
  return `${name}:${value}|${type}${rate}${tagged}`;
}
