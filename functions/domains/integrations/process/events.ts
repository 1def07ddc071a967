import { isErasedError } from '../../erased/actions.ts';
import type { EventDraft } from '../../events/draft.ts';
import { type IngestedEvent, ingest } from '../../events/ingest.ts';
import { DEFAULT_SERVICE } from '../../events/records/metric.ts';
import { resolvePerson } from '../../profiles/actions.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { HookEvent } from '../source/source.ts';
import { type ProcessContext, UnknownObjectError } from './context.ts';
import { identifiersOf, isNamed } from './persons.ts';
import { findReference, rememberOwner } from './references.ts';

/** Stores the events of a delivery. Events have the vendor's ids, so that a repetition stores nothing. */
export const storeHookEvents = async (
  events: readonly HookEvent[],
  context: ProcessContext,
): Promise<readonly IngestedEvent[]> => {
  const drafts: EventDraft[] = [];
  for (const event of events) {
    const person = await personOf(event, context);
    if (person !== 'nobody') drafts.push(draftOf({ event, person }, context));
  }
  if (drafts.length === 0) return [];
  const outcomes = await ingest(drafts, `hook:${context.integration.id}`, context);
  for (const { order, person } of events)
    if (order !== undefined && !('order' in person)) await rememberOrder(order, person, context);
  return outcomes;
};

const personOf = async (
  { person, mayBeAnonymous }: HookEvent,
  context: ProcessContext,
): Promise<ProfileInput | 'nobody'> => {
  if ('order' in person) {
    const { profileId } = (await findReference(orderObject(person.order), context)) ?? {};
    if (profileId === undefined) throw new UnknownObjectError(`The order ${person.order} is unknown.`);
    return { id: profileId, identifiers: {}, fields: {} };
  }
  const identifiers = identifiersOf(person, context.integration, context.accountSettings);
  return !isNamed(identifiers) && mayBeAnonymous ? 'nobody' : { identifiers, fields: {} };
};

const orderObject = (order: string): string => `order ${order}`;

/** The person exists since their event was stored. */
const rememberOrder = async (
  order: string,
  person: Exclude<HookEvent['person'], { readonly order: string }>,
  context: ProcessContext,
): Promise<void> => {
  const identifiers = identifiersOf(person, context.integration, context.accountSettings);
  try {
    const rules = { onConflict: 'keep', caller: 'trusted' } as const;
    const { id } = await resolvePerson({ identifiers, fields: {} }, rules, context);
    await rememberOwner(orderObject(order), id, context);
  } catch (error) {
    if (!isErasedError(error)) throw error;
  }
};

interface DraftParts {
  readonly event: HookEvent;
  readonly person: ProfileInput;
}

const draftOf = ({ event, person }: DraftParts, { delivery }: ProcessContext): EventDraft => {
  const { metric, id, time = delivery.receivedAt, isTimeApproximate, properties, value, currency } = event;
  const pointers = { event: '', metric: '', time: '', uniqueId: '', person: () => '' };
  return {
    person,
    metric: { name: metric, service: DEFAULT_SERVICE },
    time,
    ...((isTimeApproximate || event.time === undefined) && { isTimeApproximate: true }),
    properties,
    ...(value !== undefined && { value }),
    ...(currency !== undefined && { valueCurrency: currency.toUpperCase() }),
    uniqueId: id,
    backfill: false,
    pointers,
  };
};
