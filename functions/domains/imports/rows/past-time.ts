import { isRecordable, unrecordableTimeMessage } from '../../consent/records/decide.ts';
import type { RowProblem } from '../outcomes/problem.ts';

/**
 * Why a consent or a suppression can't be of this time. `until` is when the import began: what a file says of a later time
 * would outweigh every change before then.
 */
export const pastTimeProblem = (at: Date, until?: string): Pick<RowProblem, 'code' | 'message'> | undefined => {
  if (!isRecordable(at)) return { code: 'invalid_time', message: unrecordableTimeMessage(at) };
  if (until === undefined || at.toISOString() <= until) return undefined;
  const message = `${at.toISOString()} is not in the past: the import began at ${until}. A time without a zone is UTC.`;
  return { code: 'invalid_time', message };
};
