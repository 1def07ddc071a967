import { hasCredentials, isAllowedUrl } from '../../model/web/outgoing-url.ts';
import { ApiError } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import { wakeEndpoint } from './deliveries/wake.ts';
import { removeSecret, replaceSecret, storeSecret } from './records/secrets.ts';
import { webhookStore } from './records/store.ts';
import type { Webhook } from './records/webhook.ts';
import { busNameOf } from './targets/target.ts';
import { findTopics } from './topics/topics.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings' | 'queue' | 'bus'>;

export interface WebhookInput {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url: string;
  readonly secret: string;
  readonly topics: readonly string[];
}

export type WebhookChange = Partial<WebhookInput> & { readonly enabled?: boolean };

export const getWebhook = webhookStore.get;
export const readAllWebhooks = webhookStore.all;

/** Stores the secret first: no delivery can come before it. */
export const createWebhook = async (
  { secret, description, ...input }: WebhookInput,
  context: Deps,
): Promise<Webhook> => {
  checkUrl(input.url, context);
  const topics = await checkTopics(input.topics, context);
  const id = context.newId();
  await storeSecret(id, secret, context);
  try {
    return await webhookStore.create(
      { ...input, ...(description !== undefined && { description }), topics, enabled: true },
      context,
      id,
    );
  } catch (error) {
    await removeSecret(id, context);
    throw error;
  }
};

/** Changes what is given. A new secret signs beside the one before for a day. */
export const changeWebhook = async (
  id: string,
  { secret, topics, ...change }: WebhookChange,
  context: Deps,
): Promise<Webhook> => {
  await getWebhook(id, context);
  if (change.url !== undefined) checkUrl(change.url, context);
  const checkedTopics = topics && (await checkTopics(topics, context));
  if (secret !== undefined) await replaceSecret(id, secret, context);
  const changed = await webhookStore.update(
    id,
    {
      ...change,
      ...(checkedTopics && { topics: checkedTopics }),
      ...(change.enabled !== undefined && { disabledReason: undefined }),
    },
    context,
  );
  if (changed.enabled) await wakeEndpoint({ account: context.account, webhookId: id }, context);
  return changed;
};

/** Nothing is sent afterwards: each delivery reads its webhook before it is sent. */
export const deleteWebhook = async (id: string, context: Deps): Promise<void> => {
  await webhookStore.remove(id, context);
  await removeSecret(id, context);
};

const checkUrl = (url: string, { settings, bus }: Deps): void => {
  if (url.startsWith('eventbridge:')) {
    checkBus(url, bus?.name);
    return;
  }
  const parsed = new URL(url);
  const isAllowed = isAllowedUrl(parsed, settings);
  if (isAllowed && !hasCredentials(parsed)) return;
  throw new ApiError('invalid', {
    detail: isAllowed ? 'The URL contains a user or a password. Leave them out.' : 'The URL must be https.',
    source: { pointer: '/data/attributes/endpoint_url' },
  });
};

const checkBus = (url: string, known: string | undefined): void => {
  if (known !== undefined && busNameOf(url) === known) return;
  const hint = known === undefined ? 'Deploy with -c eventBus=<name> first.' : `Use eventbridge://${known}.`;
  throw new ApiError('invalid', {
    detail: `This deployment does not send to the event bus '${url.slice('eventbridge://'.length, 80)}'. ${hint}`,
    source: { pointer: '/data/attributes/endpoint_url' },
  });
};

const checkTopics = async (ids: readonly string[], context: Deps): Promise<string[]> => {
  const known = await findTopics(ids, context);
  const unknown = ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            detail: `There is no webhook topic '${id.slice(0, 64)}'. GET /api/webhook-topics lists all.`,
            source: { pointer: `/data/relationships/webhook-topics/data/${index}/id` },
          },
        ],
  );
  if (unknown.length > 0) throw new ApiError('invalid', unknown);
  return [...new Set(ids)];
};
