import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { readRefusals } from './limits.ts';
import { limitCounts, limitPk, optInsPk, type PendingOptIn, pendingOptIns, wordings } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PARALLEL = 8;
/** The limits allow far fewer in an hour, and in 30 days. */
const MAX = 1_000;

/** Reads wordings by the hashes that evidence contains. */
export const readWordings = async (hashes: readonly string[], { account, table }: Deps) => {
  const items = await table.getMany(
    wordings,
    hashes.map((hash) => ({ account, hash })),
  );
  return items.flatMap((one) => (one ? [{ version: one.version, at: one.at, text: one.text, hash: one.hash }] : []));
};

/** Reads opt-ins for these identifiers, confirmed or not. Reads an index, which may lag by a second. */
export const readOptIns = async (values: readonly string[], { account, table }: Deps): Promise<PendingOptIn[]> => {
  const listed = await inParallel(values, PARALLEL, (value) =>
    table.query({ index: 'gsi1', pk: optInsPk(account, value), limit: MAX }),
  );
  const found = await table.getMany(
    pendingOptIns,
    listed.flat().map(({ gsi1sk }) => ({ account, id: String(gsi1sk) })),
  );
  return found.filter((one) => one !== undefined);
};

/** Reads the counts of confirmation mails by hour, and whether the owner wants none. */
export const readMailLimits = async (emails: readonly string[], context: Deps & Pick<Context, 'now'>) => {
  const { account, table } = context;
  const found = await inParallel(emails, PARALLEL, async (email) => {
    const counted = await table.queryOf(limitCounts, { pk: limitPk(account, 'address', email), limit: MAX });
    const refusals = await readRefusals([email], context);
    return [...counted, ...refusals.map((one) => ({ ...one, value: email }))];
  });
  return found.flat();
};
