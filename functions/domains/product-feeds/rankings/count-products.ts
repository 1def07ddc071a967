import { hash } from 'node:crypto';
import { dayOf, hourOf } from '../../../model/time.ts';
import type { Change } from '../../../platform/changes/change.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { put } from '../../../platform/table/write.ts';
import { parseEvent, readMetrics } from '../../events/records/read-events.ts';
import { isCounted, type Mention, mentionId, packMentions } from './mentions.ts';
import { isLate, KEPT_DAYS, lateDays, type ProductPart, productParts } from './parts.ts';
import { productIds } from './product-events.ts';

type Deps = Pick<Services, 'table' | 'now' | 'newId'>;

const PARALLEL = 8;
/** What an event may name. The rest of its products are not counted. */
const MAX_PRODUCTS = 500;
/** The longest id of an item. */
const MAX_ID_BYTES = 400;
/** Older events are history: what an import brings today was not bought today. */
const MAX_AGE_MS = 3 * 24 * 3_600_000;

interface CountedMention extends Mention {
  readonly account: string;
  readonly hour: string;
}

/**
 * Counts the products that new events name, by account and hour of receipt: writes a part for each, which no other run
 * changes. Parts of the same events have the same key, so that a repetition writes them again.
 */
export const countProducts = async (inserts: readonly Change[], services: Deps): Promise<void> => {
  const groups = Map.groupBy(await mentionsIn(inserts, services), ({ account, hour }) => `${account} ${hour}`);
  const parts = [...groups.values()].flatMap(partsOf);
  await inParallel(parts, PARALLEL, (part) => services.table.write(put(productParts, part)));
  const late = new Map(
    parts
      .map(({ account, hour, expiresAt }) => ({ account, day: dayOf(hour), expiresAt }))
      .filter(({ day }) => isLate(day, services.now()))
      .map((one) => [`${one.account} ${one.day}`, one]),
  );
  // After the parts: who reads the mark finds them.
  await inParallel([...late.values()], PARALLEL, (day) =>
    services.table.write(put(lateDays, { ...day, mark: services.newId() })),
  );
};

/** Only the events of the counted metrics are parsed. */
const mentionsIn = async (inserts: readonly Change[], { table }: Deps): Promise<CountedMention[]> => {
  const named = inserts.flatMap(({ after }) => {
    const { account, metricId } = after ?? {};
    return typeof account === 'string' && typeof metricId === 'string' ? [{ account, metricId }] : [];
  });
  const metrics = await readMetrics(named, table);
  return inserts.flatMap(({ key, after = {} }): CountedMention[] => {
    const metricName = metrics.get(`${after.account} ${after.metricId}`)?.name ?? '';
    if (!isCounted(metricName)) return [];
    const { account, receivedAt, time, properties } = parseEvent(after);
    if (Date.parse(time) < Date.parse(receivedAt) - MAX_AGE_MS) return [];
    const products = new Set(productIds(properties).filter((id) => Buffer.byteLength(id) <= MAX_ID_BYTES));
    const common = { account, hour: hourOf(receivedAt), metricName, id: mentionId(key) };
    return [...products].slice(0, MAX_PRODUCTS).map((product) => ({ ...common, product }));
  });
};

const PART_ID_LENGTH = 12;

const partsOf = (group: readonly CountedMention[]): ProductPart[] => {
  const [{ account, hour } = { account: '', hour: '' }] = group;
  const expiresAt = expiryAfterDays(new Date(`${hour}:00:00Z`), KEPT_DAYS);
  return packMentions(group).map((products) => ({
    account,
    hour,
    id: hash('sha256', products, 'base64url').slice(0, PART_ID_LENGTH),
    products,
    expiresAt,
  }));
};
