import type { Services } from '../../../platform/resources/services.ts';
import type { Webhook } from '../records/webhook.ts';
import { busNameOf } from '../targets/target.ts';
import { contentOf } from './content.ts';
import { deliveryIdOf, type Pending } from './records/delivery.ts';
import { signedHeaders } from './sign.ts';

/** A receiver has this long to answer: it should store the message and work later. */
const TIMEOUT_MS = 5_000;
const MAX_RESPONSE_BYTES = 64 * 1024;
const GONE = 410;
const CONTENT_TOO_LARGE = 413;

/**
 * What became of an attempt. `dropped`: there is nothing to send. `isGone`: the receiver wants no more.
 * `isUndeliverable`: the receiver works, and never takes this message. `retryAfterMs`: the pause that a busy receiver
 * asked for.
 */
export type Attempt =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'dropped' }
  | {
      readonly kind: 'failed';
      readonly error: string;
      readonly status?: number;
      readonly isGone?: boolean;
      readonly isUndeliverable?: boolean;
      readonly retryAfterMs?: number;
    };

type Deps = Pick<Services, 'table' | 'now' | 'fetch' | 'bus'>;

interface Message {
  readonly id: string;
  readonly body: string;
}

/** Sends one message, once. */
export const sendDelivery = async (
  pending: Pending,
  { webhook: { url }, secrets }: { readonly webhook: Webhook; readonly secrets: readonly string[] },
  services: Deps,
): Promise<Attempt> => {
  const data = await contentOf(pending, services);
  if (data === undefined) return { kind: 'dropped' };
  const id = `msg_${deliveryIdOf(pending)}`;
  const content = { type: pending.what, timestamp: pending.at, data };
  try {
    const busName = busNameOf(url);
    if (busName !== undefined) return await putOnBus(busName, pending, JSON.stringify({ id, ...content }), services);
    return await post(url, { id, body: JSON.stringify(content) }, secrets, services);
  } catch (error) {
    return { kind: 'failed', error: errorText(error) };
  }
};

/** The bus may have changed since the webhook was made: then nothing is put. */
const putOnBus = async (busName: string, { what, at }: Pending, detail: string, { bus }: Deps): Promise<Attempt> => {
  if (bus?.name !== busName) return { kind: 'failed', error: `The deployment's setting eventBus is not ${busName}.` };
  const refusal = await bus.put({ type: what, detail, at: new Date(at) });
  if (refusal !== undefined) return { kind: 'failed', error: refusal.slice(0, MAX_ERROR), isUndeliverable: true };
  return { kind: 'delivered', status: 200 };
};

const post = async (
  url: string,
  { id, body }: Message,
  secrets: readonly string[],
  services: Deps,
): Promise<Attempt> => {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Tributary-Webhooks/1.0',
    ...signedHeaders({ id, at: services.now(), body }, secrets),
  };
  const response = await services.fetch()(url, {
    method: 'POST',
    headers,
    body,
    totalMs: TIMEOUT_MS,
    maxBytes: MAX_RESPONSE_BYTES,
    // A redirect would turn the request into another one. The owner changes the URL instead.
    maxRedirects: 0,
  });
  // The body says nothing that we need, but has to be read to its end.
  await response.text().catch(() => '');
  return judge(response);
};

const judge = ({
  status,
  headers,
}: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}): Attempt => {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const retryAfterMs = retryAfterOf(headers['retry-after']);
  return {
    kind: 'failed',
    status,
    error: `The receiver answered ${status}.`,
    ...(status === GONE && { isGone: true }),
    ...(status === CONTENT_TOO_LARGE && { isUndeliverable: true }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

const MAX_RETRY_AFTER_SECONDS = 86_400;

const retryAfterOf = (header: string | undefined): number | undefined => {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined;
  return Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) * 1_000;
};

const MAX_ERROR = 300;

/** The message of a fetch error names the host at most, which the owner knows. */
const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR);
