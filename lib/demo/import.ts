import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { LocalStack } from '../local/stack/stack-file.ts';
import { clientConfig } from '../process/environment.ts';
import { get } from './call.ts';

const Job = v.object({
  id: v.string(),
  attributes: v.object({
    key: v.string(),
    status: v.string(),
    total_count: v.number(),
    created_count: v.number(),
    updated_count: v.number(),
    unchanged_count: v.number(),
    failed_count: v.number(),
  }),
});
export type Job = v.InferOutput<typeof Job>;

const RowError = v.object({
  attributes: v.object({ row_number: v.number(), column: v.nullable(v.string()), message: v.string() }),
});

const WAIT_MS = 60_000;
const POLL_MS = 500;

/** Uploads a file of profiles to the bucket and waits until its import ends. */
export const importFile = async (stack: LocalStack, text: string) => {
  const { awsEndpoint, importsBucket, companyId } = stack;
  const client = new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true });
  // A new name each time, so that each run is another import.
  const key = `profiles/${companyId}/demo-${Date.now()}.csv`;
  await client.send(new PutObjectCommand({ Bucket: importsBucket, Key: key, Body: text }));
  const job = await waitForImport(stack, key);
  const errors = await get(stack, `/api/import-jobs/${job.id}/errors`, v.object({ data: v.array(RowError) }));
  return { key, job, errors: errors.data.map(({ attributes }) => attributes) };
};

const waitForImport = async (stack: LocalStack, key: string): Promise<Job> => {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const { data } = await get(stack, '/api/import-jobs', v.object({ data: v.array(Job) }));
    const job = data.find(({ attributes }) => attributes.key === key);
    if (job && /complete|failed|cancelled/.test(job.attributes.status)) return job;
  }
  throw new Error(
    `The import of ${key} did not end within ${WAIT_MS / 1_000} s. Check it with: npm run admin -- imports list`,
  );
};
