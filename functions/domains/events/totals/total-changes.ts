import type { Change } from '../../../platform/changes/change.ts';
import { errorFields } from '../../../platform/log.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { contributionsOf, type HourContribution } from './contributions.ts';
import { countOlderEvents } from './count-older.ts';
import { firstOpenHour, firstUnclosedHour, foldHours } from './fold.ts';
import { hourOfDate } from './hours.ts';
import { groupOf, staysForGood, writeParts } from './parts.ts';
import { monthOfSlot } from './slots.ts';
import { changeState, ensureState, openHours } from './state.ts';
import { LATEST_DAYS, type TotalsState } from './store.ts';

const DAY_MS = 86_400_000;

/**
 * Adds changes of events to the totals of their metrics. Contributions are written first, then what they touch is built
 * again from all contributions: so nothing is lost or counted twice, wherever a run is killed. Returns the changes that
 * cannot be counted.
 */
export const totalChanges = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const uncounted: Change[] = [];
  const byAccount = Map.groupBy(changes, accountOf);
  for (const [account, some] of byAccount) {
    if (account === undefined) uncounted.push(...some);
    else uncounted.push(...(await totalChangesOf(account, some, services)));
  }
  return uncounted;
};

const accountOf = ({ before, after }: Change): string | undefined => {
  const account = (after ?? before)?.account;
  return typeof account === 'string' ? account : undefined;
};

const totalChangesOf = async (
  account: string,
  changes: readonly Change[],
  services: Services,
): Promise<readonly Change[]> => {
  const { now, log } = services;
  const state = await ensureState(account, services);
  const earliest = hourOfDate(new Date(now().getTime() - LATEST_DAYS * DAY_MS));
  const contributions: HourContribution[] = [];
  const uncounted: Change[] = [];
  for (const change of changes) {
    try {
      const all = contributionsOf(change, { withAddition: mayBeUncounted(change, state) });
      // Parts of its hour have expired: its totals cannot be built again.
      if (all.some(({ hour }) => hour < earliest && !staysForGood(hour, state.completeAt))) throw new Error('too late');
      contributions.push(...all);
    } catch (error) {
      log.error('event not in the totals', { position: change.position, ...errorFields(error) });
      uncounted.push(change);
    }
  }
  await writeParts(contributions, state.completeAt, services);
  await foldTouched(contributions, account, services);
  await countOlderEvents(account, services, (some) => foldTouched(some, account, services));
  return uncounted;
};

/** A change may come this much after the event that it removes was not found any more. */
const MARGIN_MS = DAY_MS;

/** Whether nobody may have counted the event that a change removes: it was stored before the totals began. */
const mayBeUncounted = ({ at }: Change, { completeAt }: TotalsState): boolean =>
  completeAt === undefined || Date.parse(at) < Date.parse(completeAt) + MARGIN_MS;

/**
 * Builds again what contributions touch, and closes hours that are over. The state is read after the contributions were
 * written: a run that closes an hour has either read them, or this run sees that the hour is over.
 */
const foldTouched = async (
  contributions: readonly HourContribution[],
  account: string,
  services: Pick<Services, 'table' | 'now'>,
): Promise<void> => {
  const { table, now } = services;
  const state = await ensureState(account, services);
  const [over, closed] = [later(firstOpenHour(now()), state.foldedUntil), firstUnclosedHour(now())];
  const hours = new Map<string, Set<string> | undefined>();
  for (const { hour, metricId, slot } of contributions) {
    if (hour >= over) continue;
    const groups = hours.get(hour) ?? new Set();
    hours.set(hour, groups.add(groupOf(metricId, monthOfSlot(slot))));
  }
  for (const hour of openHours(state)) if (hour < closed) hours.set(hour, undefined);
  await foldHours(hours, { completeAt: state.completeAt, now }, { account, table });
  // If another run has changed the state, the next one closes these hours once more.
  if (closed > state.foldedUntil) await changeState(state, { foldedUntil: closed }, services);
};

const later = (a: string, b: string): string => (a > b ? a : b);
