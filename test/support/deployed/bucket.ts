import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, vi } from 'vitest';
import { clientConfig } from '../../../lib/process/environment.ts';
import { call } from './http.ts';

const config = () => clientConfig(inject('stack').awsEndpoint);
const openBucket = () => new S3Client({ ...config(), forcePathStyle: true });

/** Puts a file where a person would drop it. */
export const drop = async (key: string, text: string | Buffer): Promise<void> => {
  const { importsBucket: Bucket } = inject('stack');
  await openBucket().send(new PutObjectCommand({ Bucket, Key: key, Body: text }));
};

/** Delivers what S3 says of a dropped file that many times at once. */
export const tell = async (key: string, times: number): Promise<void> => {
  const { importsBucket: Bucket } = inject('stack');
  const head = await openBucket().send(new HeadObjectCommand({ Bucket, Key: key }));
  const { ETag = '', ContentLength: size } = head;
  // Without its version, which the local cloud leaves out: a notice more of the same upload.
  const object = { key, size, etag: ETag.replaceAll('"', '') };
  const body = { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: Bucket }, object } };
  const Entries = Array.from({ length: times }, (_, i) => ({ Id: `${i}`, MessageBody: JSON.stringify(body) }));
  await new SQSClient(config()).send(new SendMessageBatchCommand({ QueueUrl: await queueUrl(), Entries }));
};

/** Until every message for the imports is worked off. */
export const queueIsEmpty = async (): Promise<void> => {
  const client = new SQSClient(config());
  const asked = new GetQueueAttributesCommand({
    QueueUrl: await queueUrl(),
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  await vi.waitUntil(
    async () => Object.values((await client.send(asked)).Attributes ?? {}).every((count) => count === '0'),
    { timeout: 90_000, interval: 500 },
  );
};

const queueUrl = async (): Promise<string> => {
  const { Stacks = [] } = await new CloudFormationClient(config()).send(
    new DescribeStacksCommand({ StackName: 'Tributary-Data' }),
  );
  return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ImportsQueueUrl')?.OutputValue ?? '';
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
