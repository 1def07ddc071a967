import { changeConsents, subscriptionsOf } from '../consent/actions.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { recordEvent } from '../events/actions.ts';
import { timeProblem } from '../events/time.ts';
import { profileIdFor, upsertProfile } from '../profiles/actions.ts';
import type { Profile } from '../profiles/profile.ts';
import type { SaidConsent } from './consents.ts';
import type { EventRow } from './event-file.ts';
import type { Job, RowOutcome } from './job.ts';
import type { ProfileRow } from './profile-file.ts';
import type { RowProblem } from './row.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'>;

export type Applied =
  | { readonly outcome: Exclude<RowOutcome, 'failed'> }
  | { readonly outcome: 'failed'; readonly problems: readonly RowProblem[] };

interface Place {
  readonly job: Job;
  readonly row: number;
  /** Rows of its chunk up to here are not read again. */
  readonly settled: number;
}

/** Says again what it said first when the same row of the same job comes again. */
export const applyProfile = async (
  row: ProfileRow,
  { job, row: number, settled }: Place,
  context: Reach,
): Promise<Applied> => {
  return reported(async () => {
    const rules = { onConflict: 'refuse', caller: 'trusted', row: { job: job.id, row: number, settled } } as const;
    const { profile, outcome } = await upsertProfile(row.input, rules, context);
    const isChanged = await applyConsents(row.consents, { job, row: number, settled }, profile, context);
    return { outcome: outcome === 'unchanged' && isChanged ? 'updated' : outcome };
  });
};

export const applyEvent = async (row: EventRow, { job, row: number }: Place, context: Reach): Promise<Applied> => {
  const { now, settings } = context;
  const late = timeProblem(row.time, { now: now(), retentionDays: settings.eventRetentionDays });
  if (late !== undefined) return { outcome: 'failed', problems: [{ code: 'invalid_time', message: late }] };
  return reported(async () => {
    const profileId = await profileIdFor(row.input, { onConflict: 'keep', caller: 'trusted' }, context);
    const { metric, time, properties, uniqueId, value, currency } = row;
    const { outcome } = await recordEvent(
      {
        profileId,
        metric: { name: metric, service: 'api' },
        time,
        properties,
        origin: originOf(job, number),
        backfill: true,
        ...(uniqueId !== undefined && { uniqueId }),
        ...(value !== undefined && { value }),
        ...(currency !== undefined && { valueCurrency: currency }),
      },
      context,
    );
    switch (outcome) {
      case 'stored':
        return { outcome: 'created' };
      case 'duplicate':
        return { outcome: 'duplicate' };
      case 'conflict': {
        const message = `There is another event with the id '${uniqueId ?? ''}', which differs from this one. The first is kept.`;
        return { outcome: 'failed', problems: [{ code: 'conflict', message }] };
      }
    }
  });
};

const originOf = ({ id }: Job, row: number): string => `import:${id}#${row}`;

/** Whether any consent is other than before. */
const applyConsents = async (
  said: readonly SaidConsent[],
  { job, row }: Place,
  profile: Profile,
  context: Reach,
): Promise<boolean> => {
  const strong = said.some(({ isWeak }) => isWeak) ? await withoutOptedOut(said, profile, context) : said;
  if (strong.length === 0) return false;
  const changes = strong.map(({ channel, type, to, at }) => ({
    profileId: profile.id,
    channel,
    type,
    to,
    at: at ?? new Date(job.createdAt),
    isTimeAssumed: at === undefined,
    // Of two rows about one person the later holds.
    order: row,
    evidence: { method: 'manual_import', source: job.key.split('/').at(-1) ?? job.key },
    entryId: `${originOf(job, row)}:${channel}:${type}`,
  }));
  return (await changeConsents(changes, context)).includes('applied');
};

const withoutOptedOut = async (said: readonly SaidConsent[], profile: Profile, context: Reach) => {
  const subscriptions = await subscriptionsOf(profile, context);
  const isOptedOut = {
    email: subscriptions.email.marketing.consent === 'UNSUBSCRIBED',
    sms: subscriptions.sms.marketing.consent === 'UNSUBSCRIBED',
  };
  return said.filter(({ isWeak, channel }) => !isWeak || !isOptedOut[channel]);
};

/** What is wrong with the row fails it; all else, such as a throttled table, is not the row's fault and is tried again. */
const reported = async (work: () => Promise<Applied>): Promise<Applied> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    switch (error.code) {
      case 'invalid':
      case 'not_found':
      case 'duplicate_profile':
      case 'conflict':
      case 'gone':
      case 'too_large':
        return {
          outcome: 'failed',
          problems: error.problems.map(({ detail }) => ({ code: error.code, message: detail })),
        };
      default:
        throw error;
    }
  }
};
