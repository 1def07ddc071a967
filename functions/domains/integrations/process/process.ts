import * as v from 'valibot';
import { ApiError, errorCodes } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import { HOOK_DELIVERY, HOOKS_QUEUE } from '../receive/accept.ts';
import { HookMessage, removePayload, unpackPayload } from '../receive/message.ts';
import { readApiToken } from '../records/secrets.ts';
import { hookDeliveries, integrations, RECOGNIZED_DAYS } from '../records/store.ts';
import { type Topic, VendorBusyError } from '../source/source.ts';
import { sources } from '../sources/sources.ts';
import { applyHookConsents } from './consents.ts';
import { type ProcessContext, UnknownObjectError } from './context.ts';
import { storeHookEvents } from './events.ts';
import { applyPeople } from './people.ts';
import { applyProducts } from './products.ts';
import { readPayload } from './read-payload.ts';
import { keepDelivery, type RejectionReason, unknownTopic } from './reject.ts';
import { pauseFor, unavailable } from './retries.ts';

/** How long a delivery waits for the one that it needs, in seconds: deliveries come in any order. */
const WAITS = [30, 300, 900];

/** Maps a delivery and stores what it says. Safe to repeat from any point. */
export const processDelivery = async (input: unknown, services: Services): Promise<void> => {
  const message = v.parse(HookMessage, input);
  const context = await openContext(message, services);
  // The integration was deleted meanwhile.
  if (!context) return removePayload(message, services);
  const bytes = await unpackPayload(message, services);
  const outcome = await tryProcess(bytes, context).catch(asBusy);
  const pause = outcome instanceof VendorBusyError ? pauseFor(message, outcome) : undefined;
  if (pause !== undefined) {
    const { retries } = message;
    await services.queue(HOOKS_QUEUE).send({ kind: HOOK_DELIVERY, ...message, retries: retries + 1 }, pause);
    return;
  }
  const problem: Failure | undefined = outcome instanceof VendorBusyError ? unavailable(outcome) : outcome;
  const delaySeconds = WAITS[message.waits];
  if (problem === undefined) await recordProcessed(message, context);
  else if (problem.isUnknownObject && delaySeconds !== undefined) {
    const { waits } = message;
    await services.queue(HOOKS_QUEUE).send({ kind: HOOK_DELIVERY, ...message, waits: waits + 1 }, delaySeconds);
    return;
  } else await keepDelivery({ message, bytes, reason: problem }, context);
  await removePayload(message, services);
};

const asBusy = (error: unknown): VendorBusyError => {
  if (error instanceof VendorBusyError) return error;
  throw error;
};

/** Keeps a delivery whose message was given up. */
export const failDelivery = async (input: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const message = v.parse(HookMessage, input);
  const context = await openContext(message, services);
  if (!context) return 'none';
  const bytes = await unpackPayload(message, services);
  await keepDelivery({ message, bytes, reason: { code: 'dead_letter', problems: [{ detail: reason }] } }, context);
  return 'failed';
};

export const openContext = async (
  { account, integrationId, id, topic, receivedAt, shop }: Omit<HookMessage, 'key' | 'waits' | 'retries' | 'payload'>,
  services: Services,
): Promise<ProcessContext | undefined> => {
  const [integration, accountSettings] = await Promise.all([
    services.table.get(integrations, { account, id: integrationId }),
    findAccount(account, services),
  ]);
  if (!integration || !accountSettings) return undefined;
  return {
    ...services,
    account,
    accountSettings,
    caller: { kind: 'integration', integrationId },
    hasGpc: false,
    ip: '',
    userAgent: '',
    integration,
    delivery: { id, topic, receivedAt: new Date(receivedAt), shop },
  };
};

type Failure = RejectionReason & { readonly isUnknownObject?: boolean };

/** Returns why a delivery cannot be stored as it is. Throws what may pass. */
export const tryProcess = async (bytes: Buffer, context: ProcessContext): Promise<Failure | undefined> => {
  const { integration, delivery, accountSettings: settings } = context;
  const { topics } = sources[integration.source];
  const topic = typeof topics === 'function' ? topics : findTopic(delivery.topic, topics);
  if (!topic) return unknownTopic(delivery.topic);
  try {
    const mapped = await topic(readPayload(bytes), {
      settings,
      topic: delivery.topic,
      idPrefix: integration.hasOwnNumbers ? `${integration.id}:` : '',
      delivery,
      generic: integration.generic,
      vendorApi: {
        fetch: (...request) => context.fetch()(...request),
        token: () => readApiToken(integration.id, context),
      },
    });
    await applyPeople(mapped.people ?? [], context);
    await storeHookEvents(mapped.events ?? [], context);
    await applyHookConsents(mapped.consents ?? [], context);
    await applyProducts(mapped.products ?? [], context);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownObjectError)
      return { code: 'not_found', problems: [{ detail: error.message }], isUnknownObject: true };
    if (!(error instanceof ApiError) || errorCodes[error.code].status >= 429) throw error;
    return { code: error.code, problems: error.problems };
  }
};

const findTopic = (name: string, topics: Readonly<Record<string, Topic>>): Topic | undefined =>
  Object.hasOwn(topics, name) ? topics[name] : undefined;

/** From here on, repetitions are answered and nothing more. */
const recordProcessed = async (
  { account, integrationId, key, id }: HookMessage,
  { table, now }: ProcessContext,
): Promise<void> => {
  const expiresAt = expiryAfterDays(now(), RECOGNIZED_DAYS);
  await table.write(create(hookDeliveries, { account, integrationId, key, id, expiresAt }));
};
