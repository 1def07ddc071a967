import type { Context } from '../../../domains/accounts/context.ts';
import type { IngestedEvent } from '../../../domains/events/ingest.ts';
import { personKeyOf } from '../../../domains/events/persons.ts';
import { metricIdOf } from '../../../domains/events/records/metric.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { type Counted, keepUnstored } from '../../../domains/receipts/unstored.ts';
import { isRecord } from '../../../platform/json/is-record.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { type Received, receivedEvent } from '../../receipts.ts';
import { type Call, isIdentity, readCall } from '../calls/call.ts';
import { draftOf } from '../calls/draft.ts';
import { personOfCall } from '../calls/person.ts';
import { conflictProblem, storeEvents } from './events.ts';
import { applyIdentity } from './identities.ts';
import { isRejection, type Outcome, type ProcessedCall, reject } from './outcome.ts';

/** Profiles of different people are written at the same time. */
const PARALLEL = 16;

/** A browser knows one or two people. More need a key: each costs requests to the table. */
const MAX_PUBLIC_PEOPLE = 20;

export interface Processed {
  /** What became of each call, as its sender may know it. */
  readonly outcomes: readonly Outcome[];
  /** What their receipts say, as it is. Refused calls have none. */
  readonly received: ReadonlyMap<number, Received>;
}

/**
 * Stores calls, and returns what became of each. People come before events: an event then finds the person of an
 * identify call in the same batch, whatever their order. What is wrong with one call does not concern the others.
 * `sentAt` is that of the batch.
 */
export const processCalls = async (raw: readonly unknown[], sentAt: unknown, context: Context): Promise<Processed> => {
  const { accountSettings: settings } = context;
  const outcomes = new Map<number, Outcome>();
  const events = new Map<number, IngestedEvent>();
  const options = { settings, sentAt, receivedAt: context.receivedAt ?? context.now() };
  const calls = raw.flatMap((one, index): Call[] => {
    const call = readCall(one, index, options);
    if (!('problems' in call)) return [call];
    outcomes.set(index, reject('invalid', call.problems));
    return [];
  });
  const repeats = findRepeats(calls, raw);
  const allowed = calls.filter(({ index }) => !repeats.has(index));
  const kept = context.caller.kind === 'public' ? firstPeople(allowed, outcomes, context) : allowed;

  const drafts = kept
    .filter(({ type }) => !isIdentity(type))
    .flatMap((call) => {
      const draft = draftOf(call, settings);
      if (!('problems' in draft)) return [{ index: call.index, draft }];
      outcomes.set(call.index, reject('invalid', draft.problems));
      return [];
    });
  const identities = kept.filter(({ type }) => isIdentity(type));
  const people = new Map<number, Received>();
  for (const [index, { outcome, received }] of await applyIdentities(identities, context)) {
    outcomes.set(index, outcome);
    if (received) people.set(index, received);
  }
  for (const [index, { outcome, ingested }] of await storeEvents(drafts, context)) {
    outcomes.set(index, outcome);
    if (ingested) events.set(index, ingested);
  }
  for (const [index, repeat] of repeats) {
    outcomes.set(index, outcomeOfRepeat(index, repeat, outcomes));
    const first = events.get(repeat.first);
    if (first) events.set(index, repeatedEvent(first, repeat));
    const person = people.get(repeat.first);
    if (person) people.set(index, { ...person, outcome: repeat.isSame ? 'duplicate' : 'conflict' });
  }
  const metrics = new Map(drafts.map(({ index, draft }) => [index, metricIdOf(draft.metric)]));
  await keepUnstored(countedRepeats(repeats, { events, metrics }), sourceOfCall('segment', context.caller), context);
  const received = new Map([...people, ...[...events].map(([index, one]) => [index, receivedEvent(one)] as const)]);
  return { outcomes: raw.map((_, index) => outcomes.get(index) ?? 'accepted'), received };
};

interface Repeat {
  readonly first: number;
  readonly isSame: boolean;
}

/** Calls whose `messageId` an earlier call of the batch has. */
const findRepeats = (calls: readonly Call[], raw: readonly unknown[]): ReadonlyMap<number, Repeat> => {
  const firsts = new Map<string, number>();
  const repeats = new Map<number, Repeat>();
  for (const { index, messageId } of calls) {
    if (messageId === undefined) continue;
    const first = firsts.get(messageId);
    if (first === undefined) firsts.set(messageId, index);
    else repeats.set(index, { first, isSame: contentOf(raw[first]) === contentOf(raw[index]) });
  }
  return repeats;
};

/** The content of a call: not when it was sent. */
const contentOf = (raw: unknown): string => {
  const { sentAt: _, _metadata, ...content } = isRecord(raw) ? raw : {};
  return JSON.stringify(content);
};

const outcomeOfRepeat = (index: number, { first, isSame }: Repeat, outcomes: ReadonlyMap<number, Outcome>): Outcome => {
  if (!isSame) return reject('conflict', conflictProblem(index));
  const outcome = outcomes.get(first) ?? 'accepted';
  return isRejection(outcome) ? outcome : 'duplicate';
};

/** Calls that the batch repeats, by what became of their events. A repeat of a rejected call is rejected too. */
const countedRepeats = (
  repeats: ReadonlyMap<number, Repeat>,
  {
    events,
    metrics,
  }: { readonly events: ReadonlyMap<number, IngestedEvent>; readonly metrics: ReadonlyMap<number, string> },
): Counted[] =>
  [...repeats].flatMap(([index, { first, isSame }]) => {
    const metricId = metrics.get(first);
    const outcome = events.get(index)?.outcome ?? (isSame ? undefined : 'conflict');
    return metricId === undefined || outcome === undefined ? [] : [{ metricId, outcome }];
  });

const repeatedEvent = (first: IngestedEvent, { isSame }: Repeat): IngestedEvent =>
  first.outcome === 'erased' ? first : { ...first, outcome: isSame ? 'duplicate' : 'conflict' };

/** The calls of the first people. Rejects the others. */
const firstPeople = (calls: readonly Call[], outcomes: Map<number, Outcome>, context: Context): readonly Call[] => {
  const people = new Set<string>();
  return calls.filter((call) => {
    const key = personKeyOf(personOfCall(call, context.accountSettings), context);
    if (people.size < MAX_PUBLIC_PEOPLE) people.add(key);
    if (people.has(key)) return true;
    outcomes.set(
      call.index,
      reject('invalid', {
        detail: `A public call is about at most ${MAX_PUBLIC_PEOPLE} people. Send it with a private key from a server.`,
        source: { pointer: `/${call.index}` },
      }),
    );
    return false;
  });
};

/** Calls about one person are applied in their order, so that the last one holds. Aliases follow. */
const applyIdentities = async (
  calls: readonly Call[],
  context: Context,
): Promise<readonly (readonly [index: number, processed: ProcessedCall])[]> => {
  const apply = async (call: Call) => [call.index, await applyIdentity(call, context)] as const;
  const identifies = calls.filter(({ type }) => type === 'identify');
  const groups = Map.groupBy(identifies, (call) =>
    personKeyOf(personOfCall(call, context.accountSettings), context),
  ).values();
  const isPublic = context.caller.kind === 'public';
  const applied = await inParallel([...groups], isPublic ? 1 : PARALLEL, async (group) => {
    const results = [];
    for (const call of group) results.push(await apply(call));
    return results;
  });
  const aliases = [];
  for (const call of calls.filter(({ type }) => type === 'alias')) aliases.push(await apply(call));
  return [...applied.flat(), ...aliases];
};
