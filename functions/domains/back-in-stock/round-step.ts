import type { Outcome } from '../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../platform/jobs/run.ts';
import { readSettings } from '../accounts/actions.ts';
import type { CatalogVariant } from '../catalog/records/records.ts';
import { catalogVariants } from '../catalog/records/store.ts';
import { isAvailable } from './is-available.ts';
import { listWaiting } from './list.ts';
import { notify } from './notify.ts';
import type { StockRound } from './records/store.ts';
import { removeSubscriptions } from './remove-subscriptions.ts';

/** Two requests for profiles and consents, four each for guards, events and subscriptions. */
const GROUP = 100;
const LAG_SECONDS = 2;
const FROM_START = { kind: 'next', remove: ['cursor'] } as const;

/** One group of people. The variant is read again before each, so that nobody hears of what is sold out again. */
export const roundStep = async (run: Run<StockRound>, context: JobContext): Promise<Outcome<StockRound>> => {
  const { account, id, cursor, due } = run.job;
  const { table, now } = context;
  if (due !== undefined && new Date(due) > now()) return { kind: 'wait', until: { at: new Date(due), now: now() } };
  const variant = await table.get(catalogVariants, { account, id });
  const page = await listWaiting(id, { size: GROUP, ...(cursor !== undefined && { cursor }) }, context);
  const { items: waiting, next } = page;
  const goOn: Outcome<StockRound> = next === undefined ? FROM_START : { kind: 'next', set: { cursor: next } };

  // Those of a variant with the same id that was deleted.
  const obsolete = waiting.filter(({ created }) => !variant || created < variant.created);
  if (obsolete.length > 0) {
    await removeSubscriptions(obsolete, context);
    return goOn;
  }
  if (variant && !isAvailable(variant)) return { kind: 'complete' };
  if (variant && waiting.length > 0) return notifyGroup({ variant, waiting, goOn }, run, context);
  if (next !== undefined) return goOn;
  // A pass that finds nobody is the last. The index may have lagged during the one before.
  return cursor === undefined ? { kind: 'complete' } : { kind: 'wait', until: LAG_SECONDS, remove: ['cursor'] };
};

interface Group {
  readonly variant: CatalogVariant;
  readonly waiting: Parameters<typeof notify>[0]['waiting'];
  readonly goOn: Outcome<StockRound>;
}

const notifyGroup = async (
  { variant, waiting, goOn }: Group,
  run: Run<StockRound>,
  context: JobContext,
): Promise<Outcome<StockRound>> => {
  const settings = (await readSettings(context.account, context)).accountSettings?.backInStock;
  if (!settings) {
    await notify({ variant, waiting }, context);
    return goOn;
  }
  const left = run.job.left ?? Math.max(1, Math.floor(variant.quantity * settings.peoplePerUnit));
  const group = waiting.slice(0, left);
  // Counted before: after a kill, too few are notified at once, never too many.
  await run.save({ left: left - group.length });
  const sent = await notify({ variant, waiting: group }, context);
  const remaining = left - sent;
  if (remaining > 0) return { kind: 'next', set: { left: remaining } };
  const at = new Date(context.now().getTime() + settings.waitMinutes * 60_000);
  return {
    kind: 'wait',
    until: { at, now: context.now() },
    set: { due: at.toISOString() },
    remove: ['left', 'cursor'],
  };
};
