import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, inject, vi } from 'vitest';
import { call } from './http.ts';

/** Puts a file where a person would drop it. */
export const drop = async (key: string, text: string): Promise<void> => {
  const { awsEndpoint, region, importsBucket } = inject('stack');
  const client = new S3Client({
    endpoint: awsEndpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new PutObjectCommand({ Bucket: importsBucket, Key: key, Body: text }));
};

export const jobsOf = async (key: string) => {
  const { body } = await call('GET', '/api/import-jobs?page[size]=100');
  return body.data.filter((job: { attributes: { key: string } }) => job.attributes.key === key);
};

/** The finished job of a dropped file; its counts add up. */
export const imported = async (key: string) => {
  const job = await vi.waitUntil(
    async () =>
      (await jobsOf(key)).find((one: { attributes: { status: string } }) =>
        /complete|failed|cancelled/.test(one.attributes.status),
      ),
    { timeout: 90_000, interval: 500 },
  );
  const { total_count, created_count, updated_count, unchanged_count, duplicate_count, failed_count } = job.attributes;
  expect(total_count).toBe(created_count + updated_count + unchanged_count + duplicate_count + failed_count);
  return job;
};
