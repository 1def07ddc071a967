import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { expectStatus, read } from './api.ts';
import { Failure } from './check.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait.ts';

const Job = v.object({
  id: v.string(),
  attributes: v.object({
    key: v.string(),
    status: v.string(),
    error: v.nullish(v.string()),
    total_count: v.number(),
    created_count: v.number(),
    failed_count: v.number(),
  }),
});
export type Job = v.InferOutput<typeof Job>;

const Jobs = v.object({ data: v.array(Job) });
const One = v.object({ data: Job });

export interface Dropped {
  readonly key: string;
  readonly body: string | Buffer;
}

/** Uploads a file to the imports bucket, as any S3 tool does. */
export const drop = async ({ key, body }: Dropped, { deployment }: Session): Promise<void> => {
  const { clients, target } = deployment;
  await clients.s3.send(new PutObjectCommand({ Bucket: target.importsBucket, Key: key, Body: body }));
};

const FINISHED = /^(complete|failed|cancelled|expired)$/;

/** The finished imports of dropped files, in the same order. */
export const finishedImports = (keys: readonly string[], session: Session, seconds: number): Promise<readonly Job[]> =>
  waitFor(`${keys.length} imports`, { seconds }, session, async () => {
    const { data } = read(expectStatus(await session.api.call('GET', '/api/import-jobs?page[size]=100'), 200), Jobs);
    const jobs = keys.map((key) => data.find(({ attributes }) => attributes.key === key));
    const finished = jobs
      .filter((job) => job !== undefined)
      .filter(({ attributes }) => FINISHED.test(attributes.status));
    session.progress(`${finished.length} of ${keys.length} imports have finished`);
    return finished.length === keys.length ? finished : undefined;
  }).catch(async (error: unknown) => {
    throw error instanceof Failure ? await withOpenImports(error, keys, session) : error;
  });

/** Names the files without a job and the unfinished jobs, whose remedies differ. */
const withOpenImports = async ({ message }: Failure, keys: readonly string[], { api }: Session): Promise<Failure> => {
  const { data } = read(expectStatus(await api.call('GET', '/api/import-jobs?page[size]=100'), 200), Jobs);
  const open = keys.flatMap((key) => {
    const status = data.find(({ attributes }) => attributes.key === key)?.attributes.status;
    return status !== undefined && FINISHED.test(status) ? [] : [`${key}: ${status ?? 'no import has begun'}`];
  });
  return new Failure(`${message} ${open.join('; ')}`);
};

/** One import by its id, once it has finished. */
export const finishedImport = (id: string, session: Session, seconds: number): Promise<Job> =>
  waitFor(`import ${id}`, { seconds }, session, async () => {
    const { data } = read(expectStatus(await session.api.call('GET', `/api/import-jobs/${id}`), 200), One);
    return FINISHED.test(data.attributes.status) ? data : undefined;
  });

/** Throws unless a finished import is `complete` with these counts. */
export const expectCounts = (
  { attributes }: Job,
  wanted: { readonly created: number; readonly failed: number },
): void => {
  const { key, status, error, created_count: created, failed_count: failed } = attributes;
  if (status === 'complete' && created === wanted.created && failed === wanted.failed) return;
  throw new Failure(
    `${key}: ${status}${error ? ` (${error})` : ''}, ${created} rows created instead of ${wanted.created}, ${failed} failed instead of ${wanted.failed}`,
  );
};
