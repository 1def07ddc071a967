import { isRecordable, unrecordableTimeMessage } from '../../consent/records/decide.ts';
import type { RowProblem } from '../outcomes/problem.ts';

/**
 * Returns the problem if a consent or suppression is later than `until`, the start of the import. It would win over
 * every change before its time.
 */
export const pastTimeProblem = (at: Date, until?: string): Pick<RowProblem, 'code' | 'message'> | undefined => {
  if (!isRecordable(at)) return { code: 'invalid_time', message: unrecordableTimeMessage(at) };
  if (until === undefined || at.toISOString() <= until) return undefined;
  const message = `${at.toISOString()} is not in the past: the import began at ${until}. A time without a zone is UTC.`;
  return { code: 'invalid_time', message };
};
