import type { Address } from '../records/consent.ts';
import type { RequestedTopic } from './request.ts';

/** Marketing topics on the channels of these addresses. */
export const topicsByAddress = ({
  email,
  phone_number,
}: {
  readonly [kind in Address['kind']]?: string | null | undefined;
}): RequestedTopic[] => [
  ...(email ? [{ channel: 'email', type: 'marketing' } as const] : []),
  ...(phone_number ? [{ channel: 'sms', type: 'marketing' } as const] : []),
];
