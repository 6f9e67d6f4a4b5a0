import { HttpError } from './errors.ts';
import type { Asked } from './ports.ts';

/** What the judge said. Throws the error to answer with where it did not. */
export async function judgeAnswer<T>(asked: Promise<Asked<T>>): Promise<T> {
  const outcome = await asked;
  if (outcome.ok) return outcome.answer;
  switch (outcome.fault) {
    case 'busy':
      throw new HttpError(
        'busy',
        'too many others wait for an answer of the checks',
        'ask again in a few seconds',
      );
    case 'silent':
      throw new HttpError('judge_silent', 'the checks did not answer in time');
    case 'stopped':
      throw new HttpError('not_ready', 'the server stops');
  }
}
