import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ulid } from 'ulid';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { stockRounds, stockSubscriptions } from '../../../functions/domains/back-in-stock/records/store.ts';
import { stockRound } from '../../../functions/domains/back-in-stock/round-job.ts';
import { storeItems } from '../../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../../functions/domains/catalog/write/variants.ts';
import { type NewEvent, storeEvents } from '../../../functions/domains/events/actions.ts';
import { ensureMetrics } from '../../../functions/domains/events/records/ensure-metrics.ts';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { openServices } from '../../../functions/platform/resources/services.ts';
import { openLazyPool } from '../../../functions/platform/table/client/transport/lazy-pool.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { createTable } from '../../support/table.ts';
import { cpuMs, type Figure } from '../figure.ts';
import { fill, profileItems, timeOf } from '../growth/fill.ts';

const TABLE = 'bench';
const METRIC = { service: 'api', name: 'Placed Order' };
const GROUP = 100;
const EXPIRES_AT = 4_000_000_000;
const SHIRT = { title: 'Shirt', description: 'Cotton', url: 'https://shop.example/shirt', price: 10 };

/** Notifies so many people, who wait for one variant, and compares it with storing as many events. */
export const stockFigures = async (people: number): Promise<Figure[]> => {
  const engine = fork(join(import.meta.dirname, 'engine.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [{ endpoint }] = await once(engine, 'message');
    const connection = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'a' } };
    const client = new DynamoDBClient(connection);
    await createTable(client, TABLE);
    const opened = openServices(
      { TABLE_NAME: TABLE, LOG_LEVEL: 'error', S3_ADDRESSING: 'path' },
      connection,
      openLazyPool,
    );
    const services = { ...opened, queue: () => ({ send: async () => {} }) };
    const { id: account } = await createAccount({ name: 'Bench' }, services);
    const context = { ...services, account };
    await ensureMetrics([METRIC], context);
    const world = { client, tableName: TABLE, account, metricId: metricIdOf(METRIC) };
    await storeItems([{ id: 'i', ...SHIRT }], { mode: 'create' }, context);
    await storeVariants([{ id: 'v', item: 'i', sku: 'S', quantity: 1, ...SHIRT }], { mode: 'create' }, context);
    const createdAt = services.now().toISOString();
    const ids = Array.from({ length: people }, (_, i) => ulid(Date.UTC(2026, 0, 1) + i));
    const created = new Date(services.now().getTime() + 1_000).toISOString();
    await fill(world, people, (i) => {
      const profileId = ids[i] ?? '';
      const one = { account, profileId, variant: 'v', id: profileId, channels: ['EMAIL' as const], created };
      return [...profileItems(world, profileId, i), stockSubscriptions.toItem({ ...one, expiresAt: EXPIRES_AT })];
    });

    const storing = await cpuMs(async () => {
      for (let from = 0; from < people; from += GROUP)
        await storeEvents(
          ids.slice(from, from + GROUP).map((profileId) => eventOf(profileId, services.now())),
          context,
        );
    });
    const round = { account, id: 'v', status: 'queued', createdAt, position: '1' } as const;
    await services.table.write(put(stockRounds, round));
    const telling = await cpuMs(async () => {
      for (let runs = 0; runs < 10; runs++) {
        await stockRound.handle({ account, id: 'v' }, services, { remainingMs: () => 900_000 });
        if ((await stockRound.find({ account, id: 'v' }, services))?.status === 'complete') return;
      }
    });
    const notices = await services.table.getMany(
      stockSubscriptions,
      ids.map((profileId) => ({ account, profileId, variant: 'v' })),
    );
    if (notices.some((one) => one?.sentTo === undefined)) throw new Error('Not everybody was notified.');
    return [
      { name: 'catalog.backInStock', value: (people / telling) * 1_000, unit: 'people/CPU-s', better: 'higher' },
      { name: 'catalog.backInStock.floor', value: telling / storing, unit: '× storing an event', better: 'lower' },
    ];
  } finally {
    engine.kill();
  }
};

const eventOf = (profileId: string, time: Date): NewEvent => ({
  profileId,
  sources: [],
  metric: METRIC,
  time,
  isTimeAssumed: true,
  properties: { VariantName: SHIRT.title, URL: SHIRT.url, Since: timeOf(0) },
  uniqueId: `order-${profileId}`,
  source: 'api:bench',
});
