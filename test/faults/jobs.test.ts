import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { catalogItems } from '../../functions/domains/catalog/records/store.ts';
import { defineImportJobs } from '../../functions/domains/imports/run/jobs.ts';
import { erasure } from '../../functions/domains/privacy/erase.ts';
import { type AnyJob, isJob } from '../../functions/platform/jobs/job.ts';
import { put } from '../../functions/platform/table/write.ts';
import { allServices } from '../../functions/services.ts';
import { categoryBody, itemBody, PREFIX, variantBody } from '../support/catalog/catalog-bodies.ts';
import { startRedrive, type World } from '../support/redrive.ts';
import { DEADLINE, deaths, hourLater } from './job-deaths.ts';
import { startProductRefresh } from './product-refresh.ts';
import { startStockRound } from './stock-round.ts';

/** Every kind of job of the services: declared jobs are found here, and each needs a way to start below. */
const declared = allServices.flatMap(({ triggers }) => triggers.filter((trigger) => isJob(trigger)));

interface Started {
  /** The id in its message. */
  readonly message: object;
  /** The path of the status, if another job shows it. */
  readonly judge?: { readonly job: AnyJob; readonly message: object };
  /**
   * The text of its failure. @default the text of `defineJob`
   */
  readonly says?: RegExp;
  /** The effect of the failure on another job. */
  readonly afterFailure?: () => Promise<void>;
  /**
   * Makes delayed messages due. @default processes the queue
   */
  readonly workOff?: () => Promise<void>;
}

const newList = async (world: World): Promise<string> =>
  (await world.post('/api/lists', { data: { type: 'list', attributes: { name: 'News' } } })).body.data.id;

const person = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };

const startErasure = async (world: World): Promise<Started> => {
  await world.post('/api/profiles', person);
  const type = 'data-privacy-deletion-job';
  const { headers } = await world.post(`/api/${type}s`, { data: { type, attributes: { profile: person } } });
  const id = { account: world.account, id: new URL(headers.Location ?? '').pathname.split('/').filter(Boolean).at(-1) };
  const workOff = async (): Promise<void> => {
    for (let passes = 0; passes < 6; passes++) {
      for (const message of [
        { kind: 'erase', ...id },
        { kind: 'sweep', account: world.account },
      ]) {
        await world.send(world.urls.queue, JSON.stringify(message));
        await world.drain();
      }
      hourLater(world, 13);
    }
  };
  return { message: id, workOff };
};

const startImport = async (world: World) => {
  await world.put('profiles/people.csv', 'email\nada@example.com\nbob@example.com\ncy@example.com\n');
  await world.send(world.urls.queue, await world.notice('profiles/people.csv'));
  await world.deliver();
  const [{ id }] = (await world.get('/api/import-jobs')).body.data;
  return {
    message: { account: world.account, job: id },
    says: /^(It failed 5 times|Planning stopped 4 times).* Retry it\.$/,
  };
};

/** A deletion looks once more after what was under way. */
const lookAgain = async (world: World, message: object): Promise<void> => {
  for (let looks = 0; looks < 3; looks++) {
    await world.send(world.urls.queue, JSON.stringify(message));
    await world.drain();
    hourLater(world);
  }
};

/** How to start a job of each kind. */
const starts: Readonly<Record<string, (world: World) => Promise<Started>>> = {
  'delete-list': async (world) => {
    const id = await newList(world);
    await world.delete(`/api/lists/${id}`);
    return { message: { account: world.account, id } };
  },
  'delete-catalog-category': async (world) => {
    await world.post('/api/catalog-categories', { data: categoryBody('shirts') });
    await world.post('/api/catalog-items', { data: itemBody('blue', {}, ['shirts']) });
    await world.delete(`/api/catalog-categories/${encodeURIComponent(`${PREFIX}shirts`)}`);
    const message = { account: world.account, id: 'shirts' };
    return { message, workOff: () => lookAgain(world, { kind: 'delete-catalog-category', ...message }) };
  },
  'delete-catalog-item': async (world) => {
    await world.post('/api/catalog-items', { data: itemBody('blue') });
    await world.post('/api/catalog-variants', { data: variantBody('blue-m', 'blue') });
    const message = { account: world.account, id: 'blue' };
    const item = await world.table.get(catalogItems, message);
    if (!item) throw new Error('The item is not stored.');
    // As if it had too many variants for one request.
    await world.table.write(put(catalogItems, { ...item, deletedAt: item.created }));
    await world.send(world.urls.queue, JSON.stringify({ kind: 'delete-catalog-item', ...message }));
    return { message, workOff: () => lookAgain(world, { kind: 'delete-catalog-item', ...message }) };
  },
  'back-in-stock': startStockRound,
  'catalog-bulk': async (world) => {
    const type = 'catalog-item-bulk-create-job';
    const attributes = { items: { data: [itemBody('blue')] } };
    const { body } = await world.post(`/api/${type}s`, { data: { type, attributes } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'suppress-list': async (world) => {
    const type = 'profile-suppression-bulk-create-job';
    const relationships = { list: { data: { type: 'list', id: await newList(world) } } };
    const { body } = await world.post(`/api/${type}s`, { data: { type, relationships } });
    return { message: { account: world.account, jobKind: 'create', id: body.data.id } };
  },
  'bulk-import': async (world) => {
    const type = 'profile-bulk-import-job';
    const profiles = { data: [person.data] };
    const { body } = await world.post(`/api/${type}s`, { data: { type, attributes: { profiles } } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'resend-webhook-deliveries': async (world) => {
    const attributes = { name: 'Till', endpoint_url: 'https://shop.example', secret_key: 'sixteen characters' };
    const topics = { 'webhook-topics': { data: [] } };
    const webhook = await world.post('/api/webhooks', { data: { type: 'webhook', attributes, relationships: topics } });
    const type = 'webhook-resend-job';
    const relationships = { webhook: { data: { type: 'webhook', id: webhook.body.data.id } } };
    const { body } = await world.post(`/api/${type}s`, { data: { type, relationships } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'catalog-feed-sync': async (world) => {
    const key = `catalog-feeds/${world.account}/files/products.json`;
    await world.put(key, '[{"id":"1","title":"Shirt","link":"https://shop.example/1","price":5,"quantity":1}]');
    const attributes = { name: 'Products', source: { kind: 'file', location: key } };
    const feed = await world.post('/api/catalog-feeds', { data: { type: 'catalog-feed', attributes } });
    await world.sqs.send(new PurgeQueueCommand({ QueueUrl: world.urls.queue }));
    const type = 'catalog-feed-sync-job';
    const relationships = { 'catalog-feed': { data: { type: 'catalog-feed', id: feed.body.data.id } } };
    const { body } = await world.post(`/api/${type}s`, { data: { type, relationships } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'product-feed-refresh': startProductRefresh,
  export: async (world) => {
    const type = 'export-job';
    const { body } = await world.post(`/api/${type}s`, { data: { type, attributes: { kind: 'profiles' } } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'replay-rejected-items': async (world) => {
    await world.post('/api/events', { data: { type: 'event' } });
    const type = 'rejected-item-replay-job';
    const { body } = await world.post(`/api/${type}s`, { data: { type } });
    return { message: { account: world.account, id: body.data.id } };
  },
  'access-person': async (world) => {
    const type = 'data-privacy-access-job';
    const { body } = await world.post(`/api/${type}s`, { data: { type, attributes: { profile: person } } });
    return { message: { account: world.account, id: body.data.id } };
  },
  import: startImport,
  'import-chunk': async (world) => {
    const started = await startImport(world);
    await world.sqs.send(new PurgeQueueCommand({ QueueUrl: world.urls.queue }));
    const { importJob } = defineImportJobs({ chunkBytes: 20 });
    await importJob.handle(started.message, world.services, DEADLINE);
    return {
      message: { ...started.message, chunk: 0 },
      judge: { job: importJob, message: started.message },
      says: /^1 of 2 chunks (failed 5 times|stopped 4 times after row 1).* Retry it\.$/,
      afterFailure: world.drain,
    };
  },
  erase: startErasure,
  sweep: async (world) => {
    const { message, ...later } = await startErasure(world);
    // The erasure then waits for the sweep, whose own message comes later.
    await world.deliver();
    const own = { account: world.account };
    await world.send(world.urls.queue, JSON.stringify({ kind: 'sweep', ...own }));
    return { message: own, judge: { job: erasure, message }, ...later };
  },
};

test('every declared job can be started here', () => {
  expect(declared.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(starts).toSorted());
});

const cases = declared.flatMap((job) =>
  Object.entries(deaths).map(([death, die]) => ({ job, kind: job.kind, death, die })),
);

test.each(cases)('$kind that $death fails with the reason, and completes on retry', async ({ job: own, kind, die }) => {
  const world = await startRedrive();
  const start = starts[kind];
  if (!start) throw new Error(`Nothing here starts a job of the kind ${kind}.`);
  const {
    message,
    judge: { job, message: judged } = { job: own, message },
    workOff = world.drain,
    says = /^It (failed 5 times|stopped \d+ times without progress).* Retry it\.$/,
    afterFailure,
  } = await start(world);
  const find = () => job.find(job.idIn(judged), world.services);
  const stands = async () => {
    const found = await find();
    return found && { status: job.statusOf(found), error: job.errorOf(found) };
  };
  await die(world, own, message);
  await world.serveExhausted();
  await afterFailure?.();
  expect(await stands()).toEqual({ status: 'failed', error: expect.stringMatching(says) });

  const failed = await find();
  if (failed) await job.retry(failed, world.services);
  expect((await stands())?.status).not.toBe('failed');
  hourLater(world);
  await workOff();
  // The deletion of a list ends with the list.
  expect((await stands()) ?? { status: 'complete' }).toEqual({ status: 'complete' });
});
