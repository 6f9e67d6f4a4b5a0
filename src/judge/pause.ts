import type { ServiceWatch } from './watch.ts';

/** Whether nothing is looked at, or run, for now. */
export function isPaused({ isResting, notRun }: ServiceWatch): boolean {
  return isResting || notRun !== null;
}

/** What was found last, and why nothing newer is looked for. */
export function withPause(watch: ServiceWatch): string {
  const { output, judged, isResting, notRun, compiled } = watch;
  const pause = isResting ? outsidePeriod(compiled.definition.checkPeriod) : notRun;
  if (pause === null) return output;
  return judged && output !== '' ? `${output} · ${pause}` : pause;
}

export function outsidePeriod(checkPeriod: string | null): string {
  return `outside its check_period "${checkPeriod ?? ''}"`;
}
