import type { Services } from '../../../platform/resources/services.ts';
import { markLive } from '../../accounts/actions.ts';
import type { Context } from '../../accounts/context.ts';
import { LIVE, type LiveEntry, liveBatches, livePk } from './store.ts';

type Deps = Pick<Services, 'table' | 'now' | 'newId'> & Pick<Context, 'account'>;

/** Batches of several processes are written at the same time: this much later, they are all there. */
const SETTLE_MS = 500;
const MAX_BATCHES = 100;
const LOOK_MS = 120_000;
const RENEW_MS = 60_000;
/** The first characters of an id are its time. */
const TIME_LENGTH = 10;

export interface LiveFilter {
  readonly source?: string | undefined;
  readonly metric?: string | undefined;
}

export interface LivePage {
  readonly entries: readonly LiveEntry[];
  readonly more: number;
  /** Where to read on. */
  readonly cursor: string;
}

/** Starts a look, or lets it go on: several share it, and it ends by itself. */
export const keepLooking = async (
  liveUntil: string | undefined,
  { account, table, now }: Pick<Deps, 'account' | 'table' | 'now'>,
): Promise<void> => {
  const at = now().getTime();
  if (liveUntil !== undefined && Date.parse(liveUntil) > at + RENEW_MS) return;
  await markLive(account, new Date(at + LOOK_MS), { table });
};

const CURSOR = /^[0-9A-Z]{10,26}$/;

/** Reads what was reported since the cursor. Without one, only what comes from now on. */
export const readLive = async (
  { cursor, filter }: { readonly cursor: string | undefined; readonly filter: LiveFilter },
  { account, table, now, newId }: Deps,
): Promise<LivePage> => {
  const until = newId(new Date(now().getTime() - SETTLE_MS)).slice(0, TIME_LENGTH);
  if (cursor === undefined || !CURSOR.test(cursor)) return { entries: [], more: 0, cursor: until };
  const range = { after: `${LIVE}${cursor}`, before: `${LIVE}${until}` };
  const batches = await table.queryOf(liveBatches, { pk: livePk(account), ...range, limit: MAX_BATCHES });
  const entries = batches
    .flatMap((batch) => batch.entries)
    .filter(
      ({ source, metric }) =>
        (filter.source === undefined || source === filter.source) &&
        (filter.metric === undefined || metric === filter.metric),
    );
  const last = batches.at(-1);
  const isAll = batches.length < MAX_BATCHES;
  return {
    entries,
    more: batches.reduce((sum, { more }) => sum + more, 0),
    cursor: isAll || !last ? (until > cursor ? until : cursor) : last.id,
  };
};
