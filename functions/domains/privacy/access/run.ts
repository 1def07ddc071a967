import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { keysUnder } from '../../../platform/storage/files.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import { hashOf } from '../../erased/actions.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { heldByIds, heldOrFormerly } from '../subjects/held.ts';
import type { Subject } from '../subjects/subject.ts';
import { assemble } from './assemble.ts';
import { gather, type Pace, usualPace } from './gather.ts';
import { type AccessJob, fileKey, folderOf, KEPT_DAYS } from './job.ts';
import { lease, leave, save } from './lease.ts';
import { ACCESS_PERSON } from './start.ts';

/** A run that has less time left hands over to the next. */
const LEAST_MS = 8_000;
/** Putting the file together is done in one run: it is left to a fresh one where this has less time. */
const ASSEMBLING_MS = 600_000;
const MAX_DELAY_SECONDS = 900;
const DAY_MS = 86_400_000;

const Message = v.object({ account: v.string(), id: v.string() });
type Reach = Services & Pick<Context, 'account'>;

/** Works off an access job from where it stands; a run may be killed anywhere. */
export const giveAccess =
  (pace: Pace = usualPace) =>
  async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
    const { account, id } = v.parse(Message, message);
    const context = { ...services, account };
    const again = (seconds = 0) =>
      services.queue().send({ kind: ACCESS_PERSON, account, id }, Math.min(MAX_DELAY_SECONDS, seconds));
    const leased = await lease(id, context, deadline);
    if (leased.kind === 'busy') return again(leased.seconds);
    if (leased.kind === 'finished') return leased.job && tidy(leased.job, context);
    const { held, job } = await begun(leased.job, context);
    let at = job;
    const keep = async (gathered: AccessJob['gathered']): Promise<boolean> => {
      at = await save(at, { gathered }, context);
      return deadline.remainingMs() > LEAST_MS;
    };
    const isWhole = await gather({ job, person: held, pace, keep }, context);
    const isFresh = job.gathered.isWhole ?? false;
    if (!isWhole || (!isFresh && deadline.remainingMs() < ASSEMBLING_MS)) {
      await leave(at, {}, context);
      return again();
    }
    await finish(at, held, context);
  };

/** Whose data it is stays as it was when the job began, whatever merges meanwhile. */
const begun = async (
  job: AccessJob,
  context: Reach,
): Promise<{ readonly job: AccessJob; readonly held: PersonRecord }> => {
  const { subject, profileIds: before } = job;
  if (before.length > 0) return { job, held: { ...(await heldByIds(before, context)), profileIds: before } };
  if (!subject) throw new Error(`Access job ${job.id} names nobody.`);
  const held = await heldOrFormerly(subject, context);
  const isKnown = held.profiles.length > 0;
  // Things may be left under an id whose profile was erased.
  const profileIds = subject.kind === 'id' && !isKnown ? [subject.value] : [...held.profileIds];
  return { job: await save(job, { profileIds, isKnown }, context), held: { ...held, profileIds } };
};

const finish = async (job: AccessJob, held: PersonRecord, context: Reach): Promise<void> => {
  // Erased since: what was gathered may not be handed out, and nobody else would remove it.
  if (job.isKnown && held.profiles.length === 0) return cancel(job, context);
  await assemble(job, held, context);
  const file = await context.imports().head(fileKey(job));
  const completed = context.now();
  const set = {
    status: 'complete',
    completedAt: completed.toISOString(),
    bytes: file?.size ?? 0,
    keptUntil: new Date(completed.getTime() + KEPT_DAYS * DAY_MS).toISOString(),
    ...(await hashed(job.subject, context)),
  } as const;
  await tidy(await leave(job, { set, remove: ['subject'] }, context), context);
};

const hashed = async (subject: Subject | undefined, context: Reach): Promise<Pick<AccessJob, 'subjectHash'>> => {
  if (!subject || subject.kind === 'id') return {};
  return { subjectHash: await hashOf({ kind: subject.kind, value: subject.value }, context) };
};

const cancel = async (job: AccessJob, context: Reach): Promise<void> => {
  const set = { status: 'cancelled', completedAt: context.now().toISOString() } as const;
  await tidy(await leave(job, { set, remove: ['subject'] }, context), context);
};

/** Removes what was gathered once it is in the file, or all where there is to be none. */
export const tidy = async (job: AccessJob, { imports }: Pick<Services, 'imports'>): Promise<void> => {
  const files = imports();
  for await (const key of keysUnder(folderOf(job), files))
    if (job.status !== 'complete' || key !== fileKey(job)) await files.remove(key);
};
