import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { Advice } from '../../cli/advice.ts';
import { type ApiClient, Refusal } from './api-client.ts';

const Resource = v.looseObject({
  type: v.string(),
  id: v.string(),
  attributes: v.record(v.string(), v.unknown()),
  relationships: v.optional(v.unknown()),
});
type Resource = v.InferOutput<typeof Resource>;

const Job = v.object({
  data: v.object({ id: v.string(), attributes: v.looseObject({ status: v.string(), failed_count: v.number() }) }),
});

/** The most objects of a job. */
const CHUNK = 100;
const POLL_MS = 500;
const ended = ['complete', 'failed', 'cancelled'];
const many: Readonly<Record<string, string>> = {
  'catalog-category': 'categories',
  'catalog-item': 'items',
  'catalog-variant': 'variants',
};

/** Creates the objects of a catalog, and changes those that exist. What is there already costs no write. */
export const storeCatalog = async (
  records: readonly unknown[],
  api: ApiClient,
): Promise<{ readonly stored: number; readonly failed: number }> => {
  const resources = records.map((record) => v.parse(Resource, record));
  let failed = 0;
  for (const [type, members] of Object.entries(many)) {
    const own = resources.filter((one) => one.type === type);
    for (let at = 0; at < own.length; at += CHUNK)
      failed += await storeChunk({ type, members, resources: own.slice(at, at + CHUNK) }, api);
  }
  return { stored: resources.length - failed, failed };
};

interface Chunk {
  readonly type: string;
  readonly members: string;
  readonly resources: readonly Resource[];
}

/** Returns how many objects failed. A refused request is halved, so that one object costs no other. */
const storeChunk = async ({ resources, ...names }: Chunk, api: ApiClient): Promise<number> => {
  try {
    if ((await runJob({ ...names, action: 'create', data: resources.map(newObject) }, api)) === 0) return 0;
    return await runJob({ ...names, action: 'update', data: resources.map(changedObject) }, api);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 400) throw error;
    if (resources.length === 1) return 1;
    const middle = Math.ceil(resources.length / 2);
    const first = await storeChunk({ ...names, resources: resources.slice(0, middle) }, api);
    return first + (await storeChunk({ ...names, resources: resources.slice(middle) }, api));
  }
};

const newObject = ({ type, attributes, relationships }: Resource): object => ({
  type,
  attributes: withoutNull(attributes),
  ...(relationships !== undefined && { relationships }),
});

const changedObject = ({
  type,
  id,
  attributes: { external_id: _, ...attributes },
  relationships,
}: Resource): object => ({
  type,
  id,
  attributes: withoutNull(attributes),
  // The item of a variant stays.
  ...(relationships !== undefined && type !== 'catalog-variant' && { relationships }),
});

const withoutNull = (attributes: Resource['attributes']): Resource['attributes'] =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));

interface BulkJob {
  readonly action: 'create' | 'update';
  readonly type: string;
  readonly members: string;
  readonly data: readonly object[];
}

/** Runs a job to its end. Returns how many objects failed. */
const runJob = async ({ action, type, members, data }: BulkJob, api: ApiClient): Promise<number> => {
  const job = `${type}-bulk-${action}-job`;
  const body = { data: { type: job, attributes: { [members]: { data } } } };
  const { id } = v.parse(Job, await api.post(`/api/${job}s`, body)).data;
  for (;;) {
    const { attributes } = v.parse(Job, await api.get(`/api/${job}s/${id}`)).data;
    if (attributes.status === 'complete') return attributes.failed_count;
    if (ended.includes(attributes.status))
      throw new Advice(`The job ${id} of the catalog is ${attributes.status}. Run the command again.`);
    await sleep(POLL_MS);
  }
};
