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

/** Puts a file into the imports bucket as any tool for S3 does. */
export const drop = async ({ key, body }: Dropped, { deployment }: Session): Promise<void> => {
  const { clients, target } = deployment;
  await clients.s3.send(new PutObjectCommand({ Bucket: target.importsBucket, Key: key, Body: body }));
};

const OVER = /^(complete|failed|cancelled|expired)$/;

/** What became of dropped files, in their order, once every import is over. */
export const importsOf = (keys: readonly string[], session: Session, seconds: number): Promise<readonly Job[]> =>
  waitFor(`${keys.length} imports`, { seconds }, session, async () => {
    const { data } = read(expectStatus(await session.api.call('GET', '/api/import-jobs?page[size]=100'), 200), Jobs);
    const jobs = keys.map((key) => data.find(({ attributes }) => attributes.key === key));
    const over = jobs.filter((job) => job !== undefined).filter(({ attributes }) => OVER.test(attributes.status));
    session.progress(`${over.length} of ${keys.length} imports are over`);
    return over.length === keys.length ? over : undefined;
  }).catch(async (error: unknown) => {
    throw error instanceof Failure ? await described(error, keys, session) : error;
  });

/** A file without a job and a job that hangs are mended in different ways. */
const described = async ({ message }: Failure, keys: readonly string[], { api }: Session): Promise<Failure> => {
  const { data } = read(expectStatus(await api.call('GET', '/api/import-jobs?page[size]=100'), 200), Jobs);
  const open = keys.flatMap((key) => {
    const status = data.find(({ attributes }) => attributes.key === key)?.attributes.status;
    return status !== undefined && OVER.test(status) ? [] : [`${key}: ${status ?? 'no import has begun'}`];
  });
  return new Failure(`${message} ${open.join('; ')}`);
};

/** One import, by its id, once it is over. */
export const importOf = (id: string, session: Session, seconds: number): Promise<Job> =>
  waitFor(`import ${id}`, { seconds }, session, async () => {
    const { data } = read(expectStatus(await session.api.call('GET', `/api/import-jobs/${id}`), 200), One);
    return OVER.test(data.attributes.status) ? data : undefined;
  });

/** Fails where a finished import is not `complete` with these counts. */
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
