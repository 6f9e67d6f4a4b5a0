import { sentence } from '../../format/sentence.ts';
import { ApiFault } from '../../live/api.ts';

/** Why something was not done, and what to do. `means`: `nothing was sent`. */
export function faultWords(error: Error, means: string): string {
  if (error instanceof ApiFault) return `${sentence(error.message)} ${sentence(error.cure)}`;
  return `Muster does not answer: ${means}. Try again.`;
}
