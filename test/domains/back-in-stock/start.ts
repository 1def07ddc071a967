import { BACK_IN_STOCK } from '../../../functions/domains/back-in-stock/events.ts';
import { readSubscriptionsOf } from '../../../functions/domains/back-in-stock/list.ts';
import { statusOf } from '../../../functions/domains/back-in-stock/records/subscription.ts';
import { stockRound } from '../../../functions/domains/back-in-stock/round-job.ts';
import type { CatalogVariant } from '../../../functions/domains/catalog/records/records.ts';
import type { VariantDraft } from '../../../functions/domains/catalog/write/draft.ts';
import { storeItems } from '../../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../../functions/domains/catalog/write/variants.ts';
import { changeConsent } from '../../../functions/domains/consent/actions.ts';
import type { MetricName } from '../../../functions/domains/events/records/ensure-metrics.ts';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { EVENTS, events, timelinePk } from '../../../functions/domains/events/records/store.ts';
import { resolveProfileId } from '../../../functions/domains/profiles/actions.ts';
import type { DeliveryTime } from '../../../functions/platform/queues/queue.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';
import { PREFIX } from '../../support/catalog/catalog-bodies.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { followTable } from '../../support/changes/follow-table.ts';

const whole: ServiceDeclaration = {
  ...catalog,
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
};

export const bodyOf = (variant: string, attributes: object, channels: readonly string[] = ['EMAIL']) => ({
  data: {
    type: 'back-in-stock-subscription',
    attributes: { channels, profile: { data: { type: 'profile', attributes } } },
    relationships: { variant: { data: { type: 'catalog-variant', id: PREFIX + variant } } },
  },
});

interface Message {
  readonly body: { readonly kind: string };
  readonly at: number;
}

const product = { title: 'Shirt', description: 'Soft', url: 'https://shop.example/shirt' };

/** A shop with a sold-out variant `v`, its stream, and its messages, which arrive when they are due. */
export const startStock = async () => {
  let messages: Message[] = [];
  let clock = Date.parse('2026-03-01T00:00:00Z');
  const queue = () => ({
    send: async (body: Message['body'], when: number | DeliveryTime = 0) => {
      const at = typeof when === 'number' ? clock + when * 1_000 : when.at.getTime();
      messages.push({ body, at });
    },
  });
  const app = await startApp(whole, { now: new Date(clock), services: { queue } });
  const { account, table } = app;
  const advance = (ms: number): void => {
    clock += ms;
    app.at(new Date(clock).toISOString());
  };
  const context = () => app.context();
  const services = (): Services => ({ ...app.services, queue });
  const changes = startChanges([catalog], services);
  const follow = followTable(app);

  /** Reads the stream. */
  const readStream = async (): Promise<void> => {
    await changes.read(await follow.records());
    await changes.work(catalog);
  };
  /** Delivers what is due, until nothing is. */
  const work = async (own: Services = services()): Promise<void> => {
    for (;;) {
      const due = messages.find(({ body, at }) => body.kind === stockRound.kind && at <= clock);
      if (!due) return;
      messages = messages.filter((one) => one !== due);
      await stockRound.handle(due.body, own, { remainingMs: () => 60_000 });
      // Pauses of seconds: for the index, and the messages that are sent before a write.
      advance(1);
    }
  };
  const storeVariant = async (draft: VariantDraft): Promise<CatalogVariant> => {
    const [stored] = await storeVariants([draft], { mode: 'upsert' }, context());
    if (!stored || stored.outcome === 'refused') throw new Error('It is refused.');
    return stored.value;
  };
  const subscribe = async (email: string, { variant = 'v', channels = ['EMAIL'] } = {}): Promise<void> => {
    advance(1);
    const { status, text } = await app.post('/api/back-in-stock-subscriptions', bodyOf(variant, { email }, channels));
    if (status !== 202) throw new Error(text);
  };
  const profileIdOf = (email: string) =>
    resolveProfileId({ identifiers: { email }, fields: {} }, { onConflict: 'keep', caller: 'trusted' }, context());
  /** The events of a metric of one profile, oldest first. */
  const eventsOf = async (profileId: string, metric: MetricName = BACK_IN_STOCK) => {
    const all = await table.queryOf(events, { pk: timelinePk(account, profileId), prefix: EVENTS, limit: 100 });
    return all.filter(({ metricId }) => metricId === metricIdOf(metric));
  };

  await storeItems([{ id: 'i', ...product }], { mode: 'create' }, context());
  await storeVariant({ id: 'v', item: 'i', sku: 'S', quantity: 0, price: 10, ...product });
  await readStream();
  return {
    ...app,
    context,
    stockServices: services,
    advance,
    readStream,
    work,
    storeVariant,
    subscribe,
    profileIdOf,
    eventsOf,
    messages: () => messages,
    time: () => clock,
    /** Changes the stock of `v`, reads the stream, and works off what is due. */
    restock: async (quantity: number): Promise<void> => {
      advance(1_000);
      await storeVariant({ id: 'v', quantity });
      await readStream();
      await work();
    },
    /** How often people were notified. */
    notified: async (emails: readonly string[]): Promise<number[]> => {
      const counts: number[] = [];
      for (const email of emails) counts.push((await eventsOf(await profileIdOf(email))).length);
      return counts;
    },
    statusesOf: async (email: string): Promise<string[]> =>
      (await readSubscriptionsOf([await profileIdOf(email)], context())).map((one) =>
        [statusOf(one), one.skipped].filter(Boolean).join(' '),
      ),
    optOut: async (email: string): Promise<void> => {
      await changeConsent(
        {
          profileId: await profileIdOf(email),
          channel: 'email',
          type: 'marketing',
          to: 'UNSUBSCRIBED',
          at: new Date(clock),
          evidence: { method: 'api' },
        },
        context(),
      );
    },
  };
};
