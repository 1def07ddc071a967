import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { refusalsOf } from './limits.ts';
import { limitCounts, limitPk, optInsPk, type PendingOptIn, pendingOptIns, wordings } from './pending.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PARALLEL = 8;
/** In the hour for which they are limited there are few; more than these in 30 days nobody is asked. */
const MAX = 1_000;

/** What people were shown, by the hashes that evidence names. */
export const wordingsBy = async (hashes: readonly string[], { account, table }: Deps) => {
  const found = await table.getMany(
    wordings,
    hashes.map((hash) => ({ account, hash })),
  );
  return found.flatMap((one) => (one ? [{ version: one.version, at: one.at, text: one.text, hash: one.hash }] : []));
};

/** What was asked for some addresses or ids, confirmed or not, with the mails that went out. From an index: the last second may be missing. */
export const optInsFor = async (values: readonly string[], { account, table }: Deps): Promise<PendingOptIn[]> => {
  const places = await inParallel(values, PARALLEL, (value) =>
    table.query({ index: 'gsi1', pk: optInsPk(account, value), limit: MAX }),
  );
  const found = await table.getMany(
    pendingOptIns,
    places.flat().map(({ gsi1sk }) => ({ account, id: String(gsi1sk) })),
  );
  return found.filter((one) => one !== undefined);
};

/** How many confirmation mails were asked for in an hour, and whether their owner wants none. */
export const mailLimitsOf = async (emails: readonly string[], context: Deps & Pick<Context, 'now'>) => {
  const { account, table } = context;
  const found = await inParallel(emails, PARALLEL, async (email) => {
    const counted = await table.queryOf(limitCounts, { pk: limitPk(account, 'address', email), limit: MAX });
    const refusals = await refusalsOf([email], context);
    return [...counted, ...refusals.map((one) => ({ ...one, value: email }))];
  });
  return found.flat();
};
