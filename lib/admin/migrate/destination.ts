import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { csvWriter } from '../../../functions/domains/exports/csv/write.ts';
import { sources } from '../../../functions/domains/exports/sources/sources.ts';
import { Advice } from '../cli/advice.ts';
import type { ApiClient } from './api-client.ts';
import { type MovedRecord, type RecordKind, recordKinds } from './records.ts';
import { type Counts, noCounts } from './state.ts';

/** What became of some records. */
export interface Sent {
  readonly counts: Counts;
  readonly failedImports: readonly string[];
}

export interface Destination {
  send(records: readonly MovedRecord[], name: string): Promise<Sent>;
}

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

const POLL_MS = 500;
const UPLOAD_TRIES = 8;
const ended = ['complete', 'failed', 'cancelled', 'expired'];

/** An account of this product, by its API: records become files like those of an export, which are imported. */
export const importDestination = (api: ApiClient): Destination => {
  const importFile = async (kind: RecordKind, name: string, rows: readonly string[]): Promise<Job> => {
    const body = Buffer.from(csvWriter(sources[kind], []).header + rows.join(''));
    const as = kind === 'events' ? 'events' : 'profiles';
    const attributes = { kind: as, file_name: `${name}-${kind}.csv`, size: body.length, content_type: 'text/csv' };
    const created = v.parse(Job, await api.post('/api/import-jobs', { data: { type: 'import-job', attributes } })).data;
    await upload(created, body);
    for (;;) {
      const job = v.parse(Job, await api.get(`/api/import-jobs/${created.id}`)).data;
      if (ended.includes(job.attributes.status)) return job;
      await sleep(POLL_MS);
    }
  };

  return {
    async send(records, name) {
      let counts: Counts = { ...noCounts, read: records.length };
      const failedImports: string[] = [];
      for (const kind of recordKinds) {
        const { rowOf } = csvWriter(sources[kind], []);
        const own = records.filter((one) => one.kind === kind);
        const rows = own.flatMap(({ record }) => rowOf(record) ?? []);
        counts = { ...counts, leftOut: counts.leftOut + own.length - rows.length };
        if (rows.length === 0) continue;
        const { id, attributes } = await importFile(kind, name, rows);
        if (attributes.status !== 'complete')
          throw new Advice(
            `The import ${id} is ${attributes.status}. ${attributes.error ?? ''} Run the command again.`,
          );
        const { created_count, updated_count, unchanged_count, duplicate_count, failed_count } = attributes;
        const stored = counts.stored + created_count + updated_count + unchanged_count + duplicate_count;
        counts = { ...counts, stored, failed: counts.failed + failed_count };
        if (failed_count > 0) failedImports.push(id);
      }
      return { counts, failedImports };
    },
  };
};

/** Uploads once: a repetition after a lost answer finds the file there. */
const upload = async ({ id, attributes }: Job, body: Buffer): Promise<void> => {
  if (!attributes.upload) throw new Advice(`The import ${id} has no upload.`);
  const { url, headers } = attributes.upload;
  let reason = '';
  for (let tried = 0; tried < UPLOAD_TRIES; tried++) {
    try {
      const { ok, status } = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });
      if (ok || status === 412) return;
      reason = `S3 answered ${status}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(250 * 2 ** tried);
  }
  throw new Advice(`The file of the import ${id} could not be uploaded: ${reason}. Run the command again.`);
};
