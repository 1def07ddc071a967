import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { hashIdentifier, readAllHashes } from '../../erased/actions.ts';
import { type LimitCount, limitCounts } from './pending.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;
type Limited = Deps & Pick<Context, 'accountSettings'>;

const HOUR = 3_600;

/** Confirmation mails in an hour, by default. More of them bomb somebody's mailbox, or harm a shop's reputation. */
const defaults = { address: 3, ip: 20, list: 2_000 } as const;

/** Whether one more is allowed; then it is counted. What the public asks for uses up nothing of what others may. */
export const countAgainstLimit = async (
  kind: keyof typeof defaults,
  value: string,
  context: Limited,
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

/** Who has an IPv6 address has all those that begin with the same 64 bits. */
export const networkOf = (ip: string): string => {
  if (!ip.includes(':')) return ip;
  if (ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1);
  const [head = '', tail] = ip.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const whole = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  const first = whole.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${first.join(':')}::/64`;
};

const DECLINED_SECONDS = 90 * 24 * HOUR;
const declined = (value: string): Pick<LimitCount, 'kind' | 'value' | 'window'> => ({
  kind: 'declined',
  value,
  window: 0,
});

/**
 * Somebody said that they didn't ask for it: no confirmation mail goes to the address for 90 days. It is kept by a keyed
 * hash, and so also of who is erased: entering the address again would send them a mail.
 */
export const refuse = async (address: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  const id = { account, ...declined(await hashIdentifier({ kind: 'email', value: address }, context)) };
  const expiresAt = Math.floor(now().getTime() / 1_000) + DECLINED_SECONDS;
  await table.write(update(limitCounts, id, { upsert: true, set: { ...id, count: 1, expiresAt } }));
};

export const isRefused = async (address: string, context: Deps): Promise<boolean> =>
  (await refusalsOf([address], context)).length > 0;

/** Refusals that hold, of some addresses. */
export const refusalsOf = async (addresses: readonly string[], context: Deps): Promise<LimitCount[]> => {
  const { account, table, now } = context;
  const hashes = await readAllHashes(
    addresses.map((value) => ({ kind: 'email', value })),
    context,
  );
  const found = await table.getMany(
    limitCounts,
    hashes.map((hash) => ({ account, ...declined(hash) })),
  );
  return found.flatMap((one) => (one && one.expiresAt > now().getTime() / 1_000 ? [one] : []));
};
