import type { startShop } from './shop.ts';

type Shop = Awaited<ReturnType<typeof startShop>>;

/** Somebody who is known by all kinds of identifiers, some of which came by a merge or were given up. */
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

/** Writes a person, and answers what the route did. */
export type Way = (world: World) => Promise<{ readonly status: number } | undefined>;

/** Of what stores nothing of a person: why. */
export type None = string;
