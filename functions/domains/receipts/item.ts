/**
 * What a receipt is about. A `subscription` of a page, browser or form has the id of its opt-in, a
 * `delivery` of a webhook its id and key.
 */
export const itemTypes = [
  'event',
  'profile',
  'push-token',
  'subscription',
  'consent',
  'membership',
  'suppression',
  'delivery',
  'rejected-item',
] as const;
export type ItemType = (typeof itemTypes)[number];

export interface ReceiptItem {
  readonly type: ItemType;
  /** Empty if nothing is stored. */
  readonly id: string;
}

/** Events are most of all, and have no prefix. Their ids have no colon. */
const prefixes: { readonly [type in ItemType]: string } = {
  event: '',
  profile: 'p:',
  'push-token': 't:',
  subscription: 's:',
  consent: 'c:',
  membership: 'm:',
  suppression: 'u:',
  delivery: 'd:',
  'rejected-item': 'r:',
};

export const referenceOf = ({ type, id }: ReceiptItem): string => prefixes[type] + id;

export const itemOf = (reference: string): ReceiptItem => {
  const type = itemTypes.find((one) => prefixes[one] !== '' && reference.startsWith(prefixes[one])) ?? 'event';
  return { type, id: reference.slice(prefixes[type].length) };
};
