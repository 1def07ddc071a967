import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Pending } from './records/delivery.ts';
import { deliveryPartitions, pendingDeliveries, WAITING } from './records/store.ts';
import type { EndpointId } from './wake.ts';

const PAGE = 100;
/** Blocked profiles at the front hide the later ones of a shard: so many pages are read behind them. */
const MAX_PAGES = 10;

export interface Due {
  /** By profile, in the order of their changes. The first of each is due. */
  readonly groups: readonly (readonly Pending[])[];
  /** When the first of the others is due. */
  readonly nextAt: string | undefined;
  /** Nothing else waits, but for what came meanwhile. */
  readonly isAll: boolean;
}

/** Reads what waits for a receiver. A profile whose first message is not due yet waits with all of its messages. */
export const readDue = async (id: EndpointId, { table, now }: Pick<Services, 'table' | 'now'>): Promise<Due> => {
  const at = now().toISOString();
  const shards = await inParallel(deliveryPartitions(id), 8, (pk) => readShard(pk, at, { table }));
  const nextAt = shards
    .flatMap((shard) => shard.nextAt ?? [])
    .toSorted()
    .at(0);
  return { groups: shards.flatMap(({ groups }) => groups), nextAt, isAll: shards.every(({ isAll }) => isAll) };
};

const readShard = async (pk: string, at: string, { table }: Pick<Services, 'table'>): Promise<Due> => {
  const waiting = new Set<string>();
  let nextAt: string | undefined;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const items = await table.queryOf(pendingDeliveries, {
      pk,
      prefix: WAITING,
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    const groups: Pending[][] = [];
    for (const [group, own] of Map.groupBy(items, (item) => item.group)) {
      const [first] = own;
      if (!first || waiting.has(group)) continue;
      if (first.nextAt === undefined || first.nextAt <= at) groups.push(own);
      else {
        waiting.add(group);
        if (nextAt === undefined || first.nextAt < nextAt) nextAt = first.nextAt;
      }
    }
    const isAll = items.length < PAGE;
    if (groups.length > 0 || isAll) return { groups, nextAt, isAll };
    const last = items.at(-1);
    after = last && pendingDeliveries.key(last).sk;
  }
  return { groups: [], nextAt, isAll: false };
};

/**
 * A message that tries out a receiver that failed, due or not: the oldest of those with the fewest attempts, since a
 * receiver may fail at a single message.
 */
export const readProbe = async (id: EndpointId, { table }: Pick<Services, 'table'>): Promise<Pending | undefined> => {
  const heads = await inParallel(deliveryPartitions(id), 8, (pk) =>
    table.queryOf(pendingDeliveries, { pk, prefix: WAITING, limit: 1 }),
  );
  return heads.flat().toSorted((a, b) => a.attempts - b.attempts || (a.position < b.position ? -1 : 1))[0];
};
