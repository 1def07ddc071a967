import type { Context } from '../context.ts';
import { update } from '../table/write.ts';
import { type LimitCount, limitCounts } from './pending.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now'>;

const HOUR = 3_600;

/** Confirmation mails in an hour. Whoever asks for more is bombing somebody's mailbox, or a shop's good name. */
export const mailLimits = { address: 3, ip: 20, list: 2_000 } as const;

/** Whether one more is allowed; then it is counted. */
export const take = async (kind: keyof typeof mailLimits, value: string, context: Reach): Promise<boolean> => {
  const { account, table, now } = context;
  const window = Math.floor(now().getTime() / 1_000 / HOUR);
  const id = { account, kind, value, window };
  const { done } = await table.write(
    update(limitCounts, id, {
      upsert: true,
      set: { ...id, expiresAt: (window + 2) * HOUR },
      add: { count: 1 },
      condition: {
        any: [
          { attribute: 'count', is: 'missing' },
          { attribute: 'count', is: '<', value: mailLimits[kind] },
        ],
      },
    }),
  );
  return done;
};

const DECLINED_SECONDS = 90 * 24 * HOUR;
const declined = (value: string): Pick<LimitCount, 'kind' | 'value' | 'window'> => ({
  kind: 'declined',
  value,
  window: 0,
});

/** Somebody said that they didn't ask for it: no confirmation mail goes to the address for 90 days. */
export const refuse = async (address: string, { account, table, now }: Reach): Promise<void> => {
  const id = { account, ...declined(address) };
  const expiresAt = Math.floor(now().getTime() / 1_000) + DECLINED_SECONDS;
  await table.write(update(limitCounts, id, { upsert: true, set: { ...id, count: 1, expiresAt } }));
};

export const isRefused = async (address: string, { account, table, now }: Reach): Promise<boolean> => {
  const found = await table.get(limitCounts, { account, ...declined(address) });
  return found !== undefined && found.expiresAt > now().getTime() / 1_000;
};
