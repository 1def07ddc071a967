import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { Advice } from '../../cli/advice.ts';
import type { ApiClient } from './api-client.ts';

const Job = v.object({
  data: v.object({
    id: v.string(),
    attributes: v.looseObject({
      status: v.string(),
      error: v.nullish(v.string()),
      created_count: v.number(),
      updated_count: v.number(),
      unchanged_count: v.number(),
      duplicate_count: v.number(),
      failed_count: v.number(),
      upload: v.optional(v.object({ url: v.string(), headers: v.record(v.string(), v.string()) })),
    }),
  }),
});
type Job = v.InferOutput<typeof Job>['data'];

interface ImportFile {
  readonly kind: 'profiles' | 'events';
  readonly name: string;
  readonly content: Blob;
  readonly mapping?: object;
}

/** What an import did. */
export interface Imported {
  readonly id: string;
  readonly stored: number;
  readonly failed: number;
}

const POLL_MS = 500;
const UPLOAD_TRIES = 8;
const ended = ['complete', 'failed', 'cancelled', 'expired'];

/** Uploads a file, and waits until it is imported. */
export const importFile = async ({ kind, name, content, mapping }: ImportFile, api: ApiClient): Promise<Imported> => {
  const common = { kind, file_name: name, size: content.size, content_type: 'text/csv' };
  const attributes = { ...common, ...(mapping && { mapping }) };
  const created = v.parse(Job, await api.post('/api/import-jobs', { data: { type: 'import-job', attributes } })).data;
  await upload(created, content);
  for (;;) {
    const { id, attributes: job } = v.parse(Job, await api.get(`/api/import-jobs/${created.id}`)).data;
    if (ended.includes(job.status) && job.status !== 'complete')
      throw new Advice(`The import ${id} of ${name} is ${job.status}. ${job.error ?? ''} Run the command again.`);
    const stored = job.created_count + job.updated_count + job.unchanged_count + job.duplicate_count;
    if (job.status === 'complete') return { id, stored, failed: job.failed_count };
    await sleep(POLL_MS);
  }
};

/** Uploads once: a repetition after a lost answer finds the file there. */
const upload = async ({ id, attributes }: Job, body: Blob): Promise<void> => {
  if (!attributes.upload) throw new Advice(`The import ${id} has no upload.`);
  const { url, headers } = attributes.upload;
  let reason = '';
  for (let tried = 0; tried < UPLOAD_TRIES; tried++) {
    try {
      const { ok, status } = await fetch(url, { method: 'PUT', headers, body });
      if (ok || status === 412) return;
      reason = `S3 answered ${status}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(250 * 2 ** tried);
  }
  throw new Advice(`The file of the import ${id} could not be uploaded: ${reason}. Run the command again.`);
};
