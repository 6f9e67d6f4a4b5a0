import { useQuery } from '@tanstack/react-query';
import { criticalCount } from '../fleet/finding.ts';
import { queries } from './queries.ts';
import { useStandingError } from './standing-error.ts';
import type { DiagnosisAnswer } from '../../../src/contract/instances.ts';

/** What is amiss between the server and who talks to it; of one group, or of all: `''`. */
export function useDiagnosis(group: string): {
  readonly answer: DiagnosisAnswer | undefined;
  readonly error: Error | null;
} {
  const { data, error } = useQuery(queries.diagnosis({ ...(group !== '' && { group }) }));
  return { answer: data, error: useStandingError({ error, data }) };
}

/** Findings that somebody should look at soon; 0 while it is not known. */
export function useCriticalFindings(): number {
  return criticalCount(useQuery(queries.findingCounts()).data);
}
