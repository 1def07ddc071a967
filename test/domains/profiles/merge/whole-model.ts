/** Consent, memberships and events of people, and their state when profiles turn out to be one person. */
export type Step =
  | { readonly does: 'merge' | 'undo'; readonly who: number; readonly other: number }
  | { readonly does: 'say'; readonly who: number; readonly channel: Channel; readonly to: Said['to'] }
  | { readonly does: 'join' | 'leave'; readonly who: number; readonly list: string }
  | { readonly does: 'event'; readonly who: number; readonly uniqueId: string };

export type Channel = 'email' | 'push';

interface Said {
  readonly at: number;
  readonly channel: Channel;
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
}

/** One profile: the consent, lists and events under its id, and the profiles merged into it. */
interface Person {
  readonly said: readonly Said[];
  readonly lists: readonly string[];
  readonly events: readonly string[];
  readonly parts: readonly { readonly who: number; readonly at: number }[];
  readonly into?: number;
}
export type World = readonly Person[];

const nobody: Person = { said: [], lists: [], events: [], parts: [] };
export const start = (people: number): World => Array.from({ length: people }, () => nobody);

const at = (world: World, i: number): Person => world[i] ?? nobody;

/** The destination of a profile. */
export const standing = (world: World, i: number): number => {
  const { into } = at(world, i);
  return into === undefined ? i : standing(world, into);
};

/** All profiles of a destination, itself first. */
export const treeOf = (world: World, i: number): number[] => [
  i,
  ...at(world, i).parts.flatMap(({ who }) => treeOf(world, who)),
];

/** The state: an opt-out, or opt-ins of these people, to an address of each. */
type Holding = 'out' | readonly number[];

/** Changes and merges in order: a change replaces everything before it; a merge takes the stricter state of both. */
const holding = (world: World, i: number, channel: Channel): Holding => {
  const { said, parts } = at(world, i);
  const steps = [
    ...said.flatMap((one) => (one.channel === channel ? [{ at: one.at, to: one.to }] : [])),
    ...parts.map((part) => ({ at: part.at, brings: holding(world, part.who, channel) })),
  ].toSorted((a, b) => a.at - b.at);
  return steps.reduce<Holding>((held, step) => {
    if ('to' in step) return step.to === 'UNSUBSCRIBED' ? 'out' : [i];
    return held === 'out' || step.brings === 'out' ? 'out' : held.concat(step.brings);
  }, []);
};

/** An opt-in to an address is none to another; pushes go to any device. */
export const statusOf = (world: World, i: number, channel: Channel) => {
  const held = holding(world, i, channel);
  if (held === 'out') return 'UNSUBSCRIBED';
  return (channel === 'push' ? held.length > 0 : held.includes(i)) ? 'SUBSCRIBED' : 'NEVER_SUBSCRIBED';
};

const change = (world: World, i: number, how: (person: Person) => Person): World =>
  world.map((one, k) => (k === i ? how(one) : one));

export const next = (world: World, given: Step, time: number): World => {
  const root = standing(world, given.who);
  switch (given.does) {
    case 'merge': {
      const from = standing(world, given.other);
      if (root === from) return world;
      const joined = change(world, root, (one) => ({ ...one, parts: [...one.parts, { who: from, at: time }] }));
      return change(joined, from, (one) => ({ ...one, into: root }));
    }
    case 'undo': {
      const { who, other } = given;
      if (at(world, other).into !== who || at(world, who).into !== undefined) return world;
      const left = change(world, who, (one) => ({ ...one, parts: one.parts.filter((part) => part.who !== other) }));
      return change(left, other, ({ into: _, ...free }) => free);
    }
    case 'say': {
      const { channel, to } = given;
      // An unchanged state is not recorded again.
      if (statusOf(world, root, channel) === to) return world;
      return change(world, root, (one) => ({ ...one, said: [...one.said, { at: time, channel, to }] }));
    }
    case 'join': {
      if (treeOf(world, root).some((one) => at(world, one).lists.includes(given.list))) return world;
      return change(world, root, (one) => ({ ...one, lists: [...one.lists, given.list] }));
    }
    case 'leave':
      return treeOf(world, root).reduce(
        (all, i) => change(all, i, (one) => ({ ...one, lists: one.lists.filter((list) => list !== given.list) })),
        world,
      );
    case 'event': {
      if (treeOf(world, root).some((one) => at(world, one).events.includes(given.uniqueId))) return world;
      return change(world, root, (one) => ({ ...one, events: [...one.events, given.uniqueId] }));
    }
  }
};

/** The number of people on a list, each counted once. */
export const countsIn = (world: World, list: string): number =>
  world.filter(
    ({ into }, i) => into === undefined && treeOf(world, i).some((one) => at(world, one).lists.includes(list)),
  ).length;
