import type { IdentifierKind } from '../../model/identity.ts';
import { withGpcHeader } from '../../model/signals.ts';
import { timeProblem } from '../../model/time.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import type { Services } from '../../platform/resources/services.ts';
import { BATCH_LIMITS } from '../../platform/table/batch-statements.ts';
import type { Context } from '../accounts/context.ts';
import { applyGpc, applyPublicGpc } from '../consent/gpc.ts';
import { expandAllClaims } from '../profiles/claim-token.ts';
import { hasGuessableIdentifier } from '../profiles/public-calls.ts';
import { sendDecoyBatchGet, sendDecoyWrite } from '../profiles/records/decoys.ts';
import type { Person } from '../profiles/records/resolve.ts';
import { isLookedAt, reportLive } from '../receipts/live/report.ts';
import { maskedWho } from '../receipts/live/who.ts';
import type { Source } from '../receipts/source.ts';
import { keepUnstored } from '../receipts/unstored.ts';
import { type NewEvent, type RecordedEvent, storeEvents } from './actions.ts';
import type { EventDraft } from './draft.ts';
import { missingProfileProblems, personKeyOf, resolvePersons } from './persons.ts';
import { ensureMetrics, metricCaps, metricLimitMessage } from './records/ensure-metrics.ts';
import { metricIdOf } from './records/metric.ts';
import { repeatedUniqueIds } from './repeated-ids.ts';

/** What events need of the request that brings them: a worker has the rest of it no longer. */
export type IngestContext = Services &
  Pick<Context, 'account' | 'accountSettings' | 'caller' | 'hasGpc' | 'ip' | 'userAgent' | 'receivedAt'>;

/** A draft after the caller's rules: with a time, and a person whom the caller may name. */
interface CompleteDraft extends Omit<NewEvent, 'profileId'>, Pick<EventDraft, 'person' | 'pointers'> {
  /** The same for all drafts that name the person by the same identifier. */
  readonly personKey: string;
}

/** A draft whose profile is known, with its place among the drafts. */
interface OwnedDraft extends NewEvent {
  readonly index: number;
  readonly leftOut: Person['leftOut'];
}

/** The result of a draft. `erased`: the person was erased, and nothing of the event is stored. */
export type IngestedEvent = (RecordedEvent | { readonly outcome: 'erased' }) & {
  /** Identifiers of the person that were not assigned to the profile. */
  readonly leftOut?: readonly IdentifierKind[];
};

/** `ingest` for a call that keeps a job with what became of its events. */
export const ingestForJob = async (
  drafts: readonly EventDraft[],
  source: Source,
  context: IngestContext,
): Promise<IngestedEvent[]> => (await ingestDrafts(drafts, source, context)).ingested;

/**
 * Stores the events of a request, and what became of those that are not stored, so that they are counted. A public call
 * that names a person by what a stranger could guess writes in any case: a duplicate or an erasure takes no longer.
 */
export const ingest = async (
  drafts: readonly EventDraft[],
  source: Source,
  context: IngestContext,
): Promise<IngestedEvent[]> => {
  const { ingested, isGuessable } = await ingestDrafts(drafts, source, context);
  const counted = ingested.flatMap(({ outcome }, index) => {
    const metric = drafts[index]?.metric;
    return metric ? [{ outcome, metricId: metricIdOf(metric) }] : [];
  });
  const isKept = await keepUnstored(counted, source, context);
  if (!isKept && isGuessable && context.caller.kind === 'public') await sendDecoyWrite(context);
  return ingested;
};

interface Ingested {
  readonly ingested: IngestedEvent[];
  /** Whether a stranger could guess who the events are about. */
  readonly isGuessable: boolean;
}

/**
 * Stores the events of a request, and creates or changes their profiles. Checks all that a read can show before the
 * first write. Only a write can show some conflicts, such as two requests that claim one identifier: then the rest is
 * refused. Every request can be sent again.
 */
const ingestDrafts = async (
  drafts: readonly EventDraft[],
  source: Source,
  context: IngestContext,
): Promise<Ingested> => {
  const isPublic = context.caller.kind === 'public';
  const named = await expandAllClaims(
    drafts.map(({ person }) => person),
    context,
  );
  const completeDrafts = drafts.map((draft, index) =>
    completeDraft({ ...draft, person: named[index] ?? draft.person }, context),
  );
  throwProblems([
    ...completeDrafts.flatMap((draft) => problemsOf(draft, context)),
    ...(await repeatedUniqueIds(completeDrafts, context)),
    ...(await missingProfileProblems(completeDrafts, context)),
  ]);
  await createMetrics(completeDrafts, context);

  const persons = await resolvePersons(completeDrafts, context);
  const events = completeDrafts.flatMap((draft, index) => {
    const person = persons[index];
    return person === undefined || person === 'erased'
      ? []
      : [assignPerson(draft, person, { index, isPublic, source })];
  });
  if (isPublic) await applyGpcOfPublicCall(completeDrafts, events, context);
  else await applyGpcOfEvents(events, context);
  const recorded = await storeEvents(events, context);
  if (isPublic) {
    const erased = completeDrafts.filter((_, index) => persons[index] === 'erased');
    await sendDecoysFor(erased, context);
  }

  const byIndex = new Map(
    events.flatMap(({ index, leftOut }, i) => {
      const result = recorded[i];
      return result ? [[index, { ...result, ...(leftOut && { leftOut }) }] as const] : [];
    }),
  );
  const ingested = drafts.map((_, index): IngestedEvent => byIndex.get(index) ?? { outcome: 'erased' });
  await reportToLookers(completeDrafts, ingested, source, context);
  return { ingested, isGuessable: completeDrafts.some(({ person }) => hasGuessableIdentifier(person)) };
};

const reportToLookers = async (
  drafts: readonly CompleteDraft[],
  ingested: readonly IngestedEvent[],
  source: Source,
  context: IngestContext,
): Promise<void> => {
  if (!isLookedAt(context)) return;
  const entries = drafts.map(({ metric, person }, index) => {
    const { outcome = 'erased' } = ingested[index] ?? {};
    const who = outcome === 'erased' ? undefined : maskedWho(person.identifiers);
    return { source, metric: metric.name, outcome, ...(who !== undefined && { who }) };
  });
  await reportLive(entries, context);
};

const completeDraft = (draft: EventDraft, context: IngestContext): CompleteDraft => {
  const isPublic = context.caller.kind === 'public';
  const { signals: bodySignals, isTimeApproximate = false, ...rest } = draft;
  const { id, ...personWithoutId } = draft.person;
  // A public caller can't prove that a profile is theirs.
  const person = isPublic || id === undefined ? personWithoutId : draft.person;
  const signals = withGpcHeader(bodySignals, context);
  return {
    ...rest,
    person,
    personKey: personKeyOf(person, context),
    time: draft.time ?? context.receivedAt ?? context.now(),
    isTimeAssumed: draft.time === undefined || isTimeApproximate,
    ...(isPublic && { isPublic }),
    ...(signals && { signals }),
  };
};

const NO_IDENTIFIER =
  'The event has no identifier of a person. Send an email, phone_number, external_id or anonymous_id.';

const problemsOf = ({ personKey, time, pointers }: CompleteDraft, { now, settings }: IngestContext): Problem[] => {
  const timeDetail = timeProblem(time, { now: now(), retentionDays: settings.eventRetentionDays });
  return [
    ...(timeDetail === undefined ? [] : [problemAt(pointers.time, timeDetail)]),
    ...(personKey === '' ? [problemAt(pointers.person('attributes'), NO_IDENTIFIER)] : []),
  ];
};

const problemAt = (pointer: string, detail: string): Problem => ({ detail, source: { pointer } });

/** More would not help to correct a request. */
const MAX_PROBLEMS = 100;

const throwProblems = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new ApiError('invalid', problems.slice(0, MAX_PROBLEMS));
};

/** Creates the metrics that are new. @throws ApiError `invalid` where the account has too many. */
const createMetrics = async (drafts: readonly CompleteDraft[], context: IngestContext): Promise<void> => {
  const cap = context.caller.kind === 'public' ? metricCaps.public : metricCaps.trusted;
  const overLimit = await ensureMetrics(
    drafts.map(({ metric }) => metric),
    context,
    cap,
  );
  const idsOverLimit = new Set(overLimit.map(metricIdOf));
  throwProblems(
    drafts.flatMap(({ metric, pointers }) =>
      idsOverLimit.has(metricIdOf(metric)) ? [problemAt(pointers.metric, metricLimitMessage(metric, cap))] : [],
    ),
  );
};

const assignPerson = (
  draft: CompleteDraft,
  { id, sources, leftOut }: Person,
  { index, isPublic, source }: { readonly index: number; readonly isPublic: boolean; readonly source: Source },
): OwnedDraft => {
  // A public call looks for a stored event also where nobody was merged: else its duration would tell who was.
  const looksAlways = isPublic && hasGuessableIdentifier(draft.person);
  return {
    ...draft,
    index,
    source,
    profileId: id,
    sources: looksAlways && sources.length === 0 ? [id] : sources,
    leftOut,
  };
};

/** Applies Global Privacy Control to the people of events. Backfilled events cause nothing. */
const applyGpcOfEvents = async (events: readonly NewEvent[], context: IngestContext): Promise<void> => {
  const signalsByProfile = new Map(
    events.flatMap(({ profileId, signals, backfill }) => (signals?.gpc && !backfill ? [[profileId, signals]] : [])),
  );
  if (signalsByProfile.size > 0) await applyGpc(signalsByProfile, context, context);
};

/** Applies it to the one person of a public call, who may have been erased. */
const applyGpcOfPublicCall = async (
  drafts: readonly CompleteDraft[],
  [event]: readonly NewEvent[],
  context: IngestContext,
): Promise<void> => {
  const signals = drafts.find((draft) => draft.signals?.gpc && !draft.backfill)?.signals;
  const sendsDecoys = drafts.some(({ person }) => hasGuessableIdentifier(person));
  if (signals) await applyPublicGpc({ profileId: event?.profileId, signals, sendsDecoys }, context);
};

/** Sends the table as many requests as it gets for events of people who were not erased. */
const sendDecoysFor = async (erased: readonly CompleteDraft[], context: IngestContext): Promise<void> => {
  if (erased.length === 0) return;
  await sendDecoyBatchGet(context);
  const guardCount = erased.filter(({ uniqueId }) => uniqueId !== undefined).length;
  const batches = [guardCount, erased.length].map((count) => Math.ceil(count / BATCH_LIMITS.statements));
  for (let left = batches.reduce((sum, count) => sum + count); left > 0; left--) await sendDecoyWrite(context);
};
