import type { Change } from '../../../../platform/changes/change.ts';
import { isRecord } from '../../../../platform/json/is-record.ts';
import { parseExact } from '../../../../platform/json/parse-exact.ts';
import { inParallel } from '../../../../platform/parallel.ts';
import type { Services } from '../../../../platform/resources/services.ts';
import { retryOnContention } from '../../../../platform/retry.ts';
import type { Table } from '../../../../platform/table/table.ts';
import { put } from '../../../../platform/table/write.ts';
import { isKeptName, joinTypes, typeOf } from './infer.ts';
import { type MetricProperties, metricProperties, type PropertyType } from './store.ts';

/**
 * The most properties of a metric. Public callers have a lower limit, so that strangers cannot use up those of the
 * account.
 */
export const propertyCaps = { trusted: 400, public: 200 } as const;

type Id = Pick<MetricProperties, 'account' | 'metricId'>;
type Types = Map<string, PropertyType>;

/** What a batch of events says of one metric. */
interface Seen extends Id {
  readonly trusted: Types;
  readonly public: Types;
}

const PARALLEL = 8;
const TRIES = 10;
const MAX_CACHED = 5_000;

/** The properties that this process knows, by table, account and metric: known ones need no request. */
const caches = new WeakMap<Table, Map<string, Readonly<Record<string, PropertyType>>>>();

const labelOf = ({ account, metricId }: Id): string => `${account} ${metricId}`;

/** Keeps the names and types of properties of new events. A repetition changes nothing. */
export const noteProperties = async (changes: readonly Change[], { table }: Pick<Services, 'table'>): Promise<void> => {
  const known = caches.get(table) ?? new Map();
  caches.set(table, known);
  if (known.size > MAX_CACHED) known.clear();
  const seen = [...collect(changes).values()].filter((one) => addsTo(known.get(labelOf(one)), one));
  await inParallel(seen, PARALLEL, async (one) => {
    known.set(labelOf(one), await store(one, table));
  });
};

const collect = (changes: readonly Change[]): ReadonlyMap<string, Seen> => {
  const all = new Map<string, Seen>();
  for (const { after } of changes) {
    const { account, metricId, properties, value, valueCurrency, source } = after ?? {};
    if (typeof account !== 'string' || typeof metricId !== 'string') continue;
    const id = { account, metricId };
    const seen = all.get(labelOf(id)) ?? { ...id, trusted: new Map(), public: new Map() };
    all.set(labelOf(id), seen);
    const types = source === 'client' || source === 'segment' ? seen.public : seen.trusted;
    const parsed = typeof properties === 'string' ? parseExact(properties) : properties;
    const members = isRecord(parsed) ? Object.entries(parsed) : [];
    for (const [name, member] of [...members, ['$value', value], ['$value_currency', valueCurrency]] as const)
      addType(types, name, member);
  }
  return all;
};

const addType = (types: Types, name: string, value: unknown): void => {
  const type = typeOf(value);
  if (type === undefined || !isKeptName(name)) return;
  types.set(name, joinTypes(types.get(name), type));
};

/** The types of both, up to the limits. */
const merge = (
  stored: Readonly<Record<string, PropertyType>> = {},
  seen: Pick<Seen, 'trusted' | 'public'>,
): Readonly<Record<string, PropertyType>> => {
  const merged = new Map(Object.entries(stored));
  for (const [types, cap] of [
    [seen.trusted, propertyCaps.trusted],
    [seen.public, propertyCaps.public],
  ] as const)
    for (const [name, type] of types)
      if (merged.has(name) || merged.size < cap) merged.set(name, joinTypes(merged.get(name), type));
  return Object.fromEntries(merged);
};

const addsTo = (stored: Readonly<Record<string, PropertyType>> | undefined, seen: Seen): boolean => {
  if (!stored) return true;
  const merged = merge(stored, seen);
  const names = Object.keys(merged);
  return names.length > Object.keys(stored).length || names.some((name) => merged[name] !== stored[name]);
};

const store = (seen: Seen, table: Table): Promise<Readonly<Record<string, PropertyType>>> =>
  retryOnContention(
    async () => {
      const { account, metricId } = seen;
      const [stored] = await table.getMany(metricProperties, [{ account, metricId }]);
      if (stored && !addsTo(stored.types, seen)) return stored.types;
      const types = merge(stored?.types, seen);
      const value = { account, metricId, types, rev: (stored?.rev ?? 0) + 1 };
      const condition = stored ? ({ attribute: 'rev', is: '=', value: stored.rev } as const) : 'absent';
      const written = await table.write(put(metricProperties, value, condition));
      return written.done ? types : undefined;
    },
    { tries: TRIES, what: 'the properties of this metric' },
  );
