import { inParallel } from '../../../platform/parallel.ts';
import { random } from '../../../platform/random.ts';
import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { openZone } from '../../events/metrics/calendar.ts';
import { type Counter, counterLetters, formStatistics, HOURS, shards, WINDOW_HOURS } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'accountSettings'>;

const HOUR_MS = 3_600_000;
const MAX_PARALLEL = 8;
/** Reports go back a year, and compare with the year before. */
const RETENTION_SECONDS = 800 * 86_400;

/** One thing to count. */
export interface Counted {
  readonly formId: string;
  readonly version: string;
  readonly counters: readonly Counter[];
}

/**
 * Counts for versions of forms: one update for each version, of an item below 1 KB. A process always writes to the same
 * shard. It answers one request at a time, so that no partition has more writers than it can take, while a form with few
 * views has few items.
 */
export const count = async (all: readonly Counted[], context: Deps): Promise<void> => {
  const { account, table, now, accountSettings } = context;
  const hour = hourOf(now(), accountSettings.timezone);
  const window = hour - (hour % WINDOW_HOURS);
  const letter = HOURS[hour - window] ?? '';
  const byVersion = Map.groupBy(all, ({ formId, version }) => `${formId} ${version}`);
  await inParallel([...byVersion.values()], MAX_PARALLEL, async (some) => {
    const [first] = some;
    if (!first) return;
    const add: Record<string, number> = {};
    for (const { counters } of some)
      for (const counter of counters) {
        const name = `${letter}${counterLetters[counter]}`;
        add[name] = (add[name] ?? 0) + 1;
      }
    const id = { account, shard: ownShard(), window, formId: first.formId, version: first.version };
    const expiresAt = (window * HOUR_MS) / 1_000 + RETENTION_SECONDS;
    await table.write(update(formStatistics, id, { upsert: true, set: { ...id, expiresAt }, add }));
  });
};

let shard: number | undefined;
const ownShard = (): number => {
  shard ??= Math.floor(random() * shards.length);
  return shard;
};

/**
 * The hour of a moment, in hours since 1970. Where clocks differ from UTC by a part of an hour, hours begin when theirs
 * do, so that days of the account consist of whole hours.
 */
export const hourOf = (at: Date, timezone: string): number =>
  Math.floor((at.getTime() + partOfHour(at.getTime(), timezone)) / HOUR_MS);

/** When an hour began. */
export const hourStart = (hour: number, timezone: string): number =>
  hour * HOUR_MS - partOfHour(hour * HOUR_MS, timezone);

/** The minutes by which the zone's clocks differ from UTC beyond whole hours, in milliseconds. */
const partOfHour = (ms: number, timezone: string): number =>
  ((zoneOf(timezone).offsetAt(ms) % HOUR_MS) + HOUR_MS) % HOUR_MS;

let lastZone: ReturnType<typeof openZone> | undefined;
const zoneOf = (timezone: string): ReturnType<typeof openZone> => {
  if (lastZone?.name !== timezone) lastZone = openZone(timezone);
  return lastZone;
};
