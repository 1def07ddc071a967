import type { startShop } from './shop.ts';

type Shop = Awaited<ReturnType<typeof startShop>>;

/** A person with all kinds of identifiers; some came by a merge, some were given up. */
export const person = {
  email: 'Ada.Main@müller.example',
  alias: `ada.alias.${process.pid}@example.com`,
  former: 'ada.former@example.com',
  waiting: `ada.waiting.${process.pid}@example.com`,
  phone_number: '+4930123456',
  external_id: 'customer-4711',
  anonymous_id: 'browser-4711',
} as const;

export interface World {
  readonly shop: Shop;
  readonly id: () => Promise<string>;
}

/** Writes a person, and returns the response of the route. */
export type Way = (world: World) => Promise<{ readonly status: number } | undefined>;

/** The reason why something stores no personal data. */
export type None = string;
