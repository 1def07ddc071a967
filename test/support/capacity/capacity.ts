import { hash } from 'node:crypto';

export type Unit = 'read' | 'write';

/** What one item of a request takes of the table or of one of its indexes. */
export interface Use {
  readonly resource: string;
  readonly pk: string;
  readonly unit: Unit;
  readonly units: number;
}

/** A table that is out of capacity says so by one name, a partition by another. */
export type Shortage = 'table' | 'partition';

export interface CapacityOptions {
  /** All rates are divided by it, so that a small run meets them. @default 1 */
  readonly scale?: number;
  /** Unused capacity of a table that it keeps. @default 300 */
  readonly burstSeconds?: number;
  /** How long a partition is hot before it is split. @default 600 */
  readonly splitSeconds?: number;
  /** How long a peak has to be past until twice as much is taken. @default 1,800 */
  readonly growthSeconds?: number;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html and burst-adaptive-capacity.html */
const NEW_TABLE = { write: 4_000, read: 12_000 } as const;
const PARTITION = { write: 1_000, read: 3_000 } as const;
const PARTITIONS = 4;
const UNITS = ['read', 'write'] as const;
/** The share of a partition's rate from which on it is hot. */
const HOT = 0.8;
/** Keys of a partition that are counted to find where to split it. */
const COUNTED_KEYS = 5_000;

/**
 * The capacity of an on-demand table and its indexes, each with partitions of its own. A partition takes no more than its
 * rate, whatever is unused elsewhere; adaptive capacity is that nothing but this rate and the table's limits it. Where
 * DynamoDB's documents leave room, this is the stricter reading: a partition saves nothing, keys of one partition key
 * are never split (they rise, so that a split would not help), and an index that is short refuses the write at once.
 */
export const openCapacity = ({
  scale = 1,
  burstSeconds = 300,
  splitSeconds = 600,
  growthSeconds = 1_800,
  now = () => performance.now(),
}: CapacityOptions = {}) => {
  const resources = new Map<string, Resource>();
  const counts = { splits: 0, growths: 0, throttled: { table: 0, partition: 0 } };
  const start = now();
  const ofPartition = { write: PARTITION.write / scale, read: PARTITION.read / scale };

  const resourceOf = (name: string): Resource => {
    const known = resources.get(name);
    if (known) return known;
    const at = now();
    const made: Resource = {
      rate: { write: NEW_TABLE.write / scale, read: NEW_TABLE.read / scale },
      tokens: { write: NEW_TABLE.write / scale, read: NEW_TABLE.read / scale },
      filledAt: at,
      used: { write: 0, read: 0 },
      slotAt: at,
      slots: [],
      partitions: Array.from({ length: PARTITIONS }, (_, i) => partition(i / PARTITIONS, (i + 1) / PARTITIONS, at)),
    };
    resources.set(name, made);
    return made;
  };

  const partition = (from: number, to: number, at: number): Partition => ({
    from,
    to,
    tokens: { ...ofPartition },
    filledAt: at,
    heat: { write: 0, read: 0 },
    heatSince: at,
    keys: new Map(),
  });

  /** Capacity that has come since the last look. */
  const fill = (resource: Resource): void => {
    const at = now();
    const seconds = (at - resource.filledAt) / 1_000;
    resource.filledAt = at;
    for (const unit of UNITS) {
      const rate = resource.rate[unit];
      resource.tokens[unit] = Math.min(rate * Math.max(1, burstSeconds), resource.tokens[unit] + seconds * rate);
    }
    for (const one of resource.partitions) fillPartition(one, at);
    grow(resource, at);
    split(resource, at);
  };

  const fillPartition = (one: Partition, at: number): void => {
    const passed = (at - one.filledAt) / 1_000;
    one.filledAt = at;
    for (const unit of UNITS)
      one.tokens[unit] = Math.min(ofPartition[unit], one.tokens[unit] + passed * ofPartition[unit]);
  };

  /** Twice the highest use that is past long enough, measured over thirtieths of that time. */
  const grow = (resource: Resource, at: number): void => {
    const slotMs = (growthSeconds * 1_000) / 30;
    if (at - resource.slotAt < slotMs) return;
    const seconds = (at - resource.slotAt) / 1_000;
    resource.slots.push({ at, write: resource.used.write / seconds, read: resource.used.read / seconds });
    resource.used = { write: 0, read: 0 };
    resource.slotAt = at;
    const past = resource.slots.filter((slot) => at - slot.at >= growthSeconds * 1_000);
    for (const unit of UNITS) {
      const rate = Math.max(resource.rate[unit], ...past.map((slot) => 2 * slot[unit]));
      if (rate > resource.rate[unit] * 1.01) counts.growths += 1;
      resource.rate[unit] = rate;
      while (resource.partitions.length * ofPartition[unit] < rate / 1.01) splitAll(resource, at);
    }
  };

  const splitAll = (resource: Resource, at: number): void => {
    resource.partitions = resource.partitions.flatMap(({ from, to }) => {
      const middle = (from + to) / 2;
      return [partition(from, middle, at), partition(middle, to, at)];
    });
  };

  /** A partition that was hot for long becomes two, each with about half of its heat. */
  const split = (resource: Resource, at: number): void => {
    resource.partitions = resource.partitions.flatMap((one) => {
      const seconds = (at - one.heatSince) / 1_000;
      if (seconds < splitSeconds) return [one];
      const isHot = UNITS.some((unit) => one.heat[unit] / seconds > HOT * ofPartition[unit]);
      const middle = isHot ? medianOf(one.keys) : undefined;
      Object.assign(one, { heat: { write: 0, read: 0 }, heatSince: at, keys: new Map() });
      if (middle === undefined || middle <= one.from || middle >= one.to) return [one];
      counts.splits += 1;
      return [partition(one.from, middle, at), partition(middle, one.to, at)];
    });
  };

  /** What is short for these uses; they are taken where nothing is. All of them or none. */
  const take = (uses: readonly Use[]): Shortage | undefined => {
    for (const name of new Set(uses.map(({ resource }) => resource))) fill(resourceOf(name));
    const needs = new Map<Tokens, Need>();
    const need = (tokens: Tokens, { unit, units }: Use, full: Readonly<Tokens>, of: Shortage): void => {
      const known = needs.get(tokens) ?? { of, full, units: { read: 0, write: 0 } };
      known.units[unit] += units;
      needs.set(tokens, known);
    };
    const places = uses.map((use) => {
      const resource = resourceOf(use.resource);
      const at = placeOf(use.pk);
      const found = resource.partitions.find(({ from, to }) => at >= from && at < to);
      if (!found) throw new Error('Partitions cover all keys.');
      need(found.tokens, use, ofPartition, 'partition');
      need(resource.tokens, use, resource.rate, 'table');
      return { use, resource, partition: found, at };
    });
    // What is larger than all that there can be is let through when everything is there.
    const short = [...needs].find(([tokens, { full, units }]) =>
      UNITS.some((unit) => tokens[unit] < Math.min(units[unit], full[unit]) - 1e-9),
    );
    if (short) {
      counts.throttled[short[1].of] += 1;
      return short[1].of;
    }
    for (const [tokens, { units }] of needs) for (const unit of UNITS) tokens[unit] -= units[unit];
    for (const { use, resource, partition: part, at } of places) {
      resource.used[use.unit] += use.units;
      part.heat[use.unit] += use.units;
      if (part.keys.size < COUNTED_KEYS || part.keys.has(at)) part.keys.set(at, (part.keys.get(at) ?? 0) + use.units);
    }
    return undefined;
  };

  return {
    take,
    /** What happened so far; rates as they are. */
    told: () => ({
      ...counts,
      seconds: (now() - start) / 1_000,
      partitions: Object.fromEntries([...resources].map(([name, { partitions }]) => [name, partitions.length])),
      writeRates: Object.fromEntries([...resources].map(([name, { rate }]) => [name, rate.write])),
    }),
  };
};

export type Capacity = ReturnType<typeof openCapacity>;

type Tokens = Record<Unit, number>;

interface Need {
  readonly of: Shortage;
  readonly full: Readonly<Tokens>;
  readonly units: Tokens;
}

interface Resource {
  readonly rate: Tokens;
  readonly tokens: Tokens;
  filledAt: number;
  used: Tokens;
  slotAt: number;
  readonly slots: (Readonly<Tokens> & { readonly at: number })[];
  partitions: Partition[];
}

interface Partition {
  readonly from: number;
  readonly to: number;
  readonly tokens: Tokens;
  filledAt: number;
  heat: Tokens;
  heatSince: number;
  keys: Map<number, number>;
}

/** Where a partition key lies among all, from 0 up to 1. */
const placeOf = (pk: string): number => Number.parseInt(hash('sha1', pk).slice(0, 12), 16) / 2 ** 48;

/** The place of the key at which half of the heat has come; undefined where one key has it all. */
const medianOf = (keys: ReadonlyMap<number, number>): number | undefined => {
  const sorted = [...keys].toSorted(([a], [b]) => a - b);
  if (sorted.length < 2) return undefined;
  const total = sorted.reduce((sum, [, units]) => sum + units, 0);
  let sum = 0;
  for (const [place, units] of sorted) {
    sum += units;
    if (sum >= total / 2 && place !== sorted[0]?.[0]) return place;
  }
  return sorted.at(-1)?.[0];
};
