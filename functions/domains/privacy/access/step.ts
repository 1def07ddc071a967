import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import type { Pace } from '../../../platform/storage/pace.ts';
import { hashIdentifier } from '../../erased/actions.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { findCurrentOrFormerPerson, findPersonByIds } from '../subjects/find-person.ts';
import type { Subject } from '../subjects/subject.ts';

import { assemble } from './assemble.ts';
import { gather } from './gather.ts';
import { type AccessJob, FILE_DAYS, fileKey } from './job.ts';

/** One run assembles the file. If a run has less time left, the next one does it. */
const ASSEMBLE_MS = 600_000;
const DAY_MS = 86_400_000;

/** Gathers one part per checkpoint, then assembles the file. */
export const gatherStep = async (run: Run<AccessJob>, context: JobContext, pace: Pace): Promise<Outcome<AccessJob>> => {
  const held = await readPerson(run, context);
  const wasComplete = run.job.gathered.isWhole ?? false;
  const keep = async (gathered: AccessJob['gathered']): Promise<boolean> => {
    await run.save({ gathered });
    return !run.isLate();
  };
  const isWhole = await gather({ job: run.job, person: held, pace, keep }, context);
  if (!isWhole) return { kind: 'next' };
  if (!wasComplete && run.deadline.remainingMs() < ASSEMBLE_MS) return { kind: 'wait', until: 0 };
  // The person has been erased since. The gathered data must not be released, and no other job removes it.
  if (run.job.isKnown && held.profiles.length === 0) return { kind: 'cancelled', remove: ['subject'] };
  return { kind: 'complete', set: await assembleFile(run.job, held, context), remove: ['subject'] };
};

/** Reads the person. Their profile ids stay those of the job's start, whatever is merged later. */
const readPerson = async (run: Run<AccessJob>, context: JobContext): Promise<PersonRecord> => {
  const { id, subject, profileIds: before } = run.job;
  if (before.length > 0) return { ...(await findPersonByIds(before, context)), profileIds: before };
  if (!subject) throw new Error(`Access job ${id} has no subject.`);
  const held = await findCurrentOrFormerPerson(subject, context);
  const isKnown = held.profiles.length > 0;
  // Data may remain under the id of an erased profile.
  const profileIds = subject.kind === 'id' && !isKnown ? [subject.value] : [...held.profileIds];
  await run.save({ profileIds, isKnown });
  return { ...held, profileIds };
};

/** Assembles the file and returns its fields of the job. */
const assembleFile = async (job: AccessJob, held: PersonRecord, context: JobContext): Promise<Partial<AccessJob>> => {
  await assemble(job, held, context);
  const file = await context.imports().head(fileKey(job));
  return {
    bytes: file?.size ?? 0,
    keptUntil: new Date(context.now().getTime() + FILE_DAYS * DAY_MS).toISOString(),
    ...(await hashSubject(job.subject, context)),
  };
};

const hashSubject = async (
  subject: Subject | undefined,
  context: JobContext,
): Promise<Pick<AccessJob, 'subjectHash'>> => {
  if (!subject || subject.kind === 'id') return {};
  return { subjectHash: await hashIdentifier({ kind: subject.kind, value: subject.value }, context) };
};
