import * as v from 'valibot';
import { parseExact } from '../../platform/json/parse-exact.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileResource } from '../profiles/records/profile.ts';
import { type BulkJob, Rows } from './job.ts';
import { payloadKey } from './store.ts';

/** Reads the rows of a job. Undefined if they are no longer stored. */
export const readPayload = async (
  job: Pick<BulkJob, 'account' | 'id'>,
  { imports }: Pick<Context, 'imports'>,
): Promise<readonly ProfileResource[] | undefined> => {
  const text = await imports().readText(payloadKey(job));
  return text === undefined ? undefined : v.parse(Rows, parseExact(text));
};
