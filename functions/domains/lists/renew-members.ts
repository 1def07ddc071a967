import { inParallel } from '../../platform/parallel.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { Membership } from '../profiles/memberships/membership.ts';
import { memberships } from '../profiles/memberships/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

interface Renewal {
  /** As it was just read. */
  readonly member: Membership;
  readonly consentedAt: Date;
}

const PARALLEL = 16;

/** Records that members agreed to be on the list again. An older consent changes nothing. */
export const renewMembers = async (renewals: readonly Renewal[], context: Deps): Promise<void> => {
  const newer = renewals.filter(({ member, consentedAt }) => (member.consentedAt ?? '') < consentedAt.toISOString());
  // Such updates go many to a request, unlike those of a member without a time.
  const dated = newer.filter(({ member }) => member.consentedAt !== undefined);
  const areDone = await context.table.updateMany(
    dated.map(({ member, consentedAt }) =>
      update(memberships, member, {
        set: { consentedAt: consentedAt.toISOString() },
        condition: { attribute: 'consentedAt', is: '=', value: member.consentedAt },
      }),
    ),
  );
  const done = new Set(dated.filter((_, i) => areDone[i]));
  const others = newer.filter((one) => !done.has(one));
  await inParallel(others, PARALLEL, (one) => renewMember(one, context));
};

/** Renews a membership whatever has been stored since it was read. */
const renewMember = async (
  { member: { listId, profileId }, consentedAt }: Renewal,
  { account, table }: Deps,
): Promise<void> => {
  const at = consentedAt.toISOString();
  const isNewer = {
    any: [
      { attribute: 'consentedAt', is: 'missing' },
      { attribute: 'consentedAt', is: '<', value: at },
    ],
  } as const;
  await table.write(
    update(
      memberships,
      { account, listId, profileId },
      { set: { consentedAt: at }, condition: { all: ['present', isNewer] } },
    ),
  );
};
