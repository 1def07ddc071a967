import { ulid } from 'ulid';
import { addressLedgerPk, chainHeads, ledgerPk } from '../../../functions/domains/consent/records/store.ts';
import { memberCountUpdate } from '../../../functions/domains/profiles/memberships/member-count.ts';
import { memberships } from '../../../functions/domains/profiles/memberships/store.ts';
import type { Item } from '../../../functions/platform/table/entity.ts';
import { shardOf } from '../../../functions/platform/table/listing/shards.ts';
import { emailOf, eventItem, fill, profileItems, timeOf } from './fill.ts';
import { consentItems, historyItems } from './fill-consent.ts';
import { CLUB, type Ground, MANY, type Running } from './operation.ts';

export const grounds = ['one profile', 'across profiles'] as const;

/** Events of each, where they are of many. */
export const PER_PERSON = 10;
/** People that are there from the start, so that pages are full at every size. */
const OTHERS = 1_000;
/** Events of the one of whom most is asked, from the start and on every ground: a page of them is full with none that measuring adds. */
export const EARLIER = 250;
/** The one of whom most is asked is a member, and not suppressed. */
const SUPPRESSED = 3;
const LEFT = 7;

/** Their ids sort by when they came; those who are there from the start came before. */
const personOf = (n: number): string => (known[n + OTHERS] ??= ulid(Date.UTC(2026, 0, 1) + n));
const known: string[] = [];

/** A table with some people, that grows by events, and by what comes with them. */
export const startGround = async (name: (typeof grounds)[number], world: Running, others = OTHERS) => {
  const everybody = async (from: number, to: number): Promise<void> => {
    const joined = Array.from({ length: 8 }, () => 0);
    await fill(world, to - from, (i) => {
      const n = from + i;
      const id = personOf(n);
      const at = n * PER_PERSON;
      const hasLeft = Math.abs(n) % 10 === LEFT;
      const items = [
        ...profileItems(world, id, at),
        ...consentItems(world, id, at, { isSuppressed: Math.abs(n) % 10 === SUPPRESSED, hasLeft }),
      ];
      if (hasLeft) return items;
      joined[shardOf(id)] = (joined[shardOf(id)] ?? 0) + 1;
      return [...items, membership(world, id, at)];
    });
    for (const [shard, count] of joined.entries())
      if (count > 0) await world.table.write(memberCountUpdate({ account: world.account, listId: CLUB, shard }, count));
  };
  await everybody(-others, 1);
  await fill(world, EARLIER, (i) => [eventItem(world, personOf(0), i - EARLIER)]);

  let filled = 0;
  return async (events: number): Promise<Ground> => {
    const isOne = name === 'one profile';
    const ownerOf = (n: number): string => personOf(isOne ? 0 : Math.floor(n / PER_PERSON));
    if (isOne) await history(world, filled / PER_PERSON, events / PER_PERSON);
    else await everybody(Math.max(1, filled / PER_PERSON), events / PER_PERSON);
    const from = filled;
    await fill(world, events - from, (i) => [eventItem(world, ownerOf(from + i), from + i)]);
    filled = events;
    const people = Array.from({ length: MANY }, (_, i) => personOf(isOne ? -i : i));
    return { events, profileId: personOf(0), known: people, owners: isOne ? people.map(() => personOf(0)) : people };
  };
};

const membership = ({ account }: Running, profileId: string, n: number): Item =>
  memberships.toItem({ account, listId: CLUB, profileId, joinedAt: timeOf(n) });

/** An entry of each kind for every tenth event. */
const history = async (world: Running, from: number, to: number): Promise<void> => {
  const { account, table } = world;
  const id = personOf(0);
  const ledgers = [ledgerPk(account, id), addressLedgerPk(account, { kind: 'email', value: emailOf(id) })];
  const heads = await table.getMany(
    chainHeads,
    ledgers.map((ledger) => ({ ledger })),
  );
  const numbers = Array.from({ length: to - from }, (_, i) => (from + i) * PER_PERSON + 1);
  const items = historyItems(world, id, numbers, new Map(ledgers.map((pk, i) => [pk, heads[i]])));
  await fill(world, items.length, (i) => items.slice(i, i + 1));
};
