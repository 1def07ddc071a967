import type { IdentifierKind } from '../../model/identity.ts';
import { signalsIn } from '../../model/signals.ts';
import { timeProblem } from '../../model/time.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { BATCH_LIMITS } from '../../platform/table/batch-statements.ts';
import type { Context } from '../accounts/context.ts';
import { applyGpc, applyGpcOfPublic } from '../consent/gpc.ts';
import { namesGuessable } from '../profiles/public.ts';
import { decoyRead, decoyWrite } from '../profiles/records/decoys.ts';
import { type ProfileInput, type ProfileResource, toInput } from '../profiles/records/profile.ts';
import { kindsByStrength } from '../profiles/records/strength.ts';
import { type NewEvent, type Recorded, storeEvents } from './actions.ts';
import { normalizeLegacyFields } from './legacy-fields.ts';
import { missingProfileProblems, resolvePersons } from './persons.ts';
import { ensureMetrics, metricCaps, metricLimitMessage } from './records/ensure-metrics.ts';
import type { EventAttributes } from './records/event.ts';
import { DEFAULT_SERVICE, metricIdOf } from './records/metric.ts';
import { repeatedUniqueIds } from './repeated-ids.ts';

/** An event of a request, with the places in the body of its attributes and of its profile. */
export interface Sent {
  readonly attributes: EventAttributes;
  readonly profile: ProfileResource;
  /** Of all events of the group. */
  readonly backfill?: boolean | null | undefined;
  /** Of those that have none of their own. */
  readonly signals?: EventAttributes['signals'];
  readonly pointer: string;
  readonly profilePointer: string;
}

/** An event and the person it names. */
interface Draft extends Omit<NewEvent, 'profileId'> {
  readonly person: ProfileInput;
  /** The same for everything that names the person by the same identifier. */
  readonly personKey: string;
  readonly pointer: string;
  readonly profilePointer: string;
}

/** `erased`: of somebody who was erased. Nothing of it is kept. */
export type Ingested = (Recorded | { readonly outcome: 'erased' }) & {
  /** Identifiers of the person that were left where they are. */
  readonly leftOut?: readonly IdentifierKind[];
};

/**
 * Stores the events of a request, and makes or changes the profiles they are of. All that can be known before anything
 * is written is checked before: what only a write can show, such as two writers who claim one identifier, refuses the
 * rest. All of it may be sent again.
 */
export const ingest = async (sent: readonly Sent[], context: Context): Promise<Ingested[]> => {
  const isPublic = context.caller.kind === 'public';
  const drafts = sent.map((one, index) => draft(one, sent.length > 1 ? index : undefined, context));
  refuse([
    ...drafts.flatMap((one) => problemsOf(one, context)),
    ...(await repeatedUniqueIds(drafts, context)),
    ...(await missingProfileProblems(drafts, context)),
  ]);

  const cap = isPublic ? metricCaps.public : metricCaps.trusted;
  const refused = new Map(
    (
      await ensureMetrics(
        drafts.map(({ metric }) => metric),
        context,
        cap,
      )
    ).map((metric) => [metricIdOf(metric), metric]),
  );
  refuse(
    drafts.flatMap(({ metric, pointer }) =>
      refused.has(metricIdOf(metric))
        ? [at(`${pointer}/metric/data/attributes/name`, metricLimitMessage(metric, cap))]
        : [],
    ),
  );

  const persons = await resolvePersons(drafts, context);
  const events = drafts.flatMap((one, index) => {
    const person = persons[index];
    if (person === undefined || person === 'erased') return [];
    const { id, sources, leftOut } = person;
    // Where the event may stand already is asked of everybody, not only of those who have been merged.
    const homes = isPublic && sources.length === 0 && namesGuessable(one.person) ? [id] : sources;
    return [{ ...one, index, profileId: id, sources: homes, leftOut }];
  });
  if (isPublic) await heedOfPublic(drafts, events, context);
  else await heed(events, context);
  const recorded = await storeEvents(events, context);
  if (isPublic)
    await pretend(
      drafts.filter((_, index) => persons[index] === 'erased'),
      context,
    );
  const byIndex = new Map(
    events.flatMap(({ index, leftOut }, i) => {
      const one = recorded[i];
      return one ? [[index, { ...one, ...(leftOut && { leftOut }) }] as const] : [];
    }),
  );
  return drafts.map((_, index) => byIndex.get(index) ?? { outcome: 'erased' });
};

/** Nothing is set off by what is sent as backfill. */
const heed = async (events: readonly NewEvent[], context: Context): Promise<void> => {
  const said = new Map(
    events.flatMap(({ profileId, signals, backfill }) => (signals?.gpc && !backfill ? [[profileId, signals]] : [])),
  );
  if (said.size === 0) return;
  await applyGpc(said, context, context);
};

/** As `heed` for the one person of a public call. */
const heedOfPublic = async (
  drafts: readonly Draft[],
  [event]: readonly NewEvent[],
  context: Context,
): Promise<void> => {
  const said = drafts.find(({ signals, backfill }) => signals?.gpc && !backfill)?.signals;
  const covers = drafts.some(({ person }) => namesGuessable(person));
  if (said) await applyGpcOfPublic({ profileId: event?.profileId, signals: said, covers }, context);
};

/** As many requests to the table as there would be for events of somebody who was not erased. */
const pretend = async (erased: readonly Draft[], context: Context): Promise<void> => {
  if (erased.length === 0) return;
  await decoyRead(context);
  const guarded = erased.filter(({ uniqueId }) => uniqueId !== undefined).length;
  const requests = [guarded, erased.length].map((count) => Math.ceil(count / BATCH_LIMITS.statements));
  for (let left = requests.reduce((sum, count) => sum + count); left > 0; left--) await decoyWrite(context);
};

const draft = (
  { attributes, profile, backfill, signals: common, pointer, profilePointer }: Sent,
  index: number | undefined,
  context: Context,
): Draft => {
  const { now, caller, idempotencyKey } = context;
  const signals = signalsIn(attributes.signals ?? common, context);
  const { metric, time, value_currency } = attributes;
  const { properties, value, unique_id } = normalizeLegacyFields(attributes);
  const { name, service } = metric.data.attributes;
  const { id, ...rest } = toInput(profile);
  // Nobody proves to a public endpoint that a profile is theirs.
  const person = id !== undefined && caller.kind !== 'public' ? { id, ...rest } : rest;
  const uniqueId =
    unique_id ?? (idempotencyKey !== undefined && index !== undefined ? `${idempotencyKey}#${index}` : idempotencyKey);
  return {
    person,
    personKey: keyOf(person, context),
    pointer,
    profilePointer,
    metric: { name, service: service ?? DEFAULT_SERVICE },
    time: time ?? now(),
    isTimeAssumed: !time,
    properties,
    ...(typeof value === 'number' && { value }),
    ...(value_currency && { valueCurrency: value_currency }),
    ...(uniqueId !== undefined && { uniqueId }),
    ...(caller.kind === 'public' && { isPublic: true }),
    backfill: attributes.backfill ?? backfill ?? false,
    ...(signals && { signals }),
  };
};

const keyOf = (
  { id, kx, identifiers }: ProfileInput,
  { accountSettings }: Pick<Context, 'accountSettings'>,
): string => {
  if (id !== undefined) return `id ${id}`;
  const kind = kindsByStrength(accountSettings).find((one) => identifiers[one]);
  if (kind === undefined && kx) return `kx ${kx}`;
  return kind === undefined ? '' : `${kind} ${identifiers[kind]}`;
};

const problemsOf = (
  { personKey, time, isTimeAssumed, pointer, profilePointer }: Draft,
  context: Context,
): Problem[] => {
  const late = isTimeAssumed
    ? undefined
    : timeProblem(time, { now: context.now(), retentionDays: context.settings.eventRetentionDays });
  return [
    ...(late === undefined ? [] : [at(`${pointer}/time`, late)]),
    ...(personKey === '' ? [at(`${profilePointer}/attributes`, WHOSE)] : []),
  ];
};

const WHOSE = 'Nothing says whose event this is. Send an email, phone_number, external_id or anonymous_id.';

const at = (pointer: string, detail: string): Problem => ({ detail, source: { pointer } });

/** Enough to mend a request by. */
const MAX_PROBLEMS = 100;

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new ApiError('invalid', problems.slice(0, MAX_PROBLEMS));
};
