import type { Address } from '../records/consent.ts';
import type { Named } from './request.ts';

/** Marketing on the channels of the addresses that are given. */
export const topicsByAddress = ({
  email,
  phone_number,
}: {
  readonly [kind in Address['kind']]?: string | null | undefined;
}): Named[] => [
  ...(email ? [{ channel: 'email', type: 'marketing' } as const] : []),
  ...(phone_number ? [{ channel: 'sms', type: 'marketing' } as const] : []),
];
