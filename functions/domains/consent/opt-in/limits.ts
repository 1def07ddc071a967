import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { hashIdentifier, readAllHashes } from '../../erased/actions.ts';
import { type LimitCount, limitCounts } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;
type LimitDeps = Deps & Pick<Context, 'accountSettings'>;

const HOUR = 3_600;

/**
 * The default limits of confirmation mails per hour. More would flood a mailbox, or harm the shop's reputation as a
 * sender.
 */
const defaults = { address: 3, ip: 20, list: 2_000 } as const;

/** Counts one more mail, if the limit allows it. Public requests have a count of their own. */
export const countAgainstLimit = async (
  kind: keyof typeof defaults,
  value: string,
  context: LimitDeps,
  by?: LimitCount['by'],
): Promise<boolean> => {
  const { account, table, now, accountSettings } = context;
  const limit = accountSettings.confirmationLimits?.[kind] ?? defaults[kind];
  const window = Math.floor(now().getTime() / 1_000 / HOUR);
  const id = { account, kind, value, window, ...(by && { by }) };
  const { done } = await table.write(
    update(limitCounts, id, {
      upsert: true,
      set: { ...id, expiresAt: (window + 2) * HOUR },
      add: { count: 1 },
      condition: {
        any: [
          { attribute: 'count', is: 'missing' },
          { attribute: 'count', is: '<', value: limit },
        ],
      },
    }),
  );
  return done;
};

const DECLINED_SECONDS = 90 * 24 * HOUR;
const declinedKey = (value: string): Pick<LimitCount, 'kind' | 'value' | 'window'> => ({
  kind: 'declined',
  value,
  window: 0,
});

/**
 * Records that the owner of an address did not request the subscription: it gets no confirmation mail for 90 days.
 * Stored as a keyed hash, so it also holds for erased people: entering their address again would send them a mail.
 */
export const refuseConfirmationMails = async (address: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  const id = { account, ...declinedKey(await hashIdentifier({ kind: 'email', value: address }, context)) };
  const expiresAt = Math.floor(now().getTime() / 1_000) + DECLINED_SECONDS;
  await table.write(update(limitCounts, id, { upsert: true, set: { ...id, count: 1, expiresAt } }));
};

export const refusesConfirmationMails = async (address: string, context: Deps): Promise<boolean> =>
  (await readRefusals([address], context)).length > 0;

/** Reads refusals of these addresses that are still in effect. */
export const readRefusals = async (addresses: readonly string[], context: Deps): Promise<LimitCount[]> => {
  const { account, table, now } = context;
  const hashes = await readAllHashes(
    addresses.map((value) => ({ kind: 'email', value })),
    context,
  );
  const counts = await table.getMany(
    limitCounts,
    hashes.map((hash) => ({ account, ...declinedKey(hash) })),
  );
  return counts.flatMap((one) => (one && one.expiresAt > now().getTime() / 1_000 ? [one] : []));
};
