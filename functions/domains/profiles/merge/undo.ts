import type { Alias } from '../../../model/identity.ts';
import { heldBy, isSame, ownKinds } from '../records/held-identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { ownContent, withSources } from './content.ts';

/** An identifier that somebody else has, or has given up for something else, since the merge. */
export interface Lost extends Alias {
  /** Whom it was to go back to. */
  readonly of: string;
  /** Who has it now. */
  readonly owner: string;
}

export interface Undone {
  readonly destination: Profile;
  readonly source: Profile;
  /** Identifiers that go back from the destination to the source. */
  readonly back: readonly Alias[];
  /** Identifiers that nobody has now, and that are made again. */
  readonly again: readonly (Alias & { readonly of: string })[];
  readonly lost: readonly Lost[];
}

interface Known {
  readonly at: string;
  /** What the merge had no room for. */
  readonly dropped: readonly Alias[];
  /** Other profiles that were merged into the destination, in their order. */
  readonly others: readonly Profile[];
  /** Who has an identifier now. */
  readonly ownerOf: (identifier: Alias) => string | undefined;
  /** Of somebody who was erased: nobody gets it back. */
  readonly isErased: (identifier: Alias) => boolean;
}

/** Both profiles as if the one had never been merged into the other; what was said since of the destination is its own. */
export const undo = (
  destination: Profile,
  source: Profile,
  { at, dropped, others, ownerOf, isErased }: Known,
): Undone => {
  const held = heldBy(source);
  const back = held.filter((one) => ownerOf(one) === destination.id);
  const gaveUp = dropped.filter((one) => !held.some((other) => isSame(one, other)));
  const due = [
    ...held.map((one) => ({ ...one, of: source.id })),
    ...gaveUp.map((one) => ({ ...one, of: destination.id })),
  ];
  const free = due.filter((one) => ownerOf(one) === undefined);
  const again = free.filter((one) => !isErased(one));
  const lost = due.flatMap((one) => {
    const owner = ownerOf(one);
    return owner === undefined || owner === destination.id ? [] : [{ ...one, owner }];
  });
  const { mergedInto: _, ...restored } = source;
  return {
    destination: withoutSource(destination, source, { at, back, again, others }),
    source: { ...without(restored, [...lost, ...free.filter(isErased)]), rev: source.rev + 1, updated: at },
    back,
    again,
    lost,
  };
};

type Leaving = Pick<Known, 'at' | 'others'> & Pick<Undone, 'back' | 'again'>;

const withoutSource = (destination: Profile, source: Profile, { at, back, again, others }: Leaving): Profile => {
  const { account, id, created, imported } = destination;
  const gone = new Set([source.id, ...(source.sources ?? []).map((one) => one.id)]);
  const sources = (destination.sources ?? []).filter((one) => !gone.has(one.id));
  const { aliases = [], anonymous_ids = [], ...left } = without(destination, back);
  const promoted = ownKinds.flatMap((kind) =>
    left[kind] === undefined ? (successor(kind, aliases, others) ?? []) : [],
  );
  const further = aliases.filter((one) => !promoted.some((next) => isSame(next, one)));
  const browsers = [
    ...again.flatMap(({ kind, value, of }) => (of === id && kind === 'anonymous_id' ? [value] : [])),
    ...anonymous_ids,
  ];
  return {
    account,
    id,
    ...Object.fromEntries(ownKinds.flatMap((kind) => (left[kind] === undefined ? [] : [[kind, left[kind]]]))),
    ...Object.fromEntries(promoted.map(({ kind, value }) => [kind, value])),
    ...(browsers.length > 0 && { anonymous_ids: browsers }),
    ...(further.length > 0 && { aliases: further }),
    ...withSources(ownContent(destination), others),
    ...(sources.length > 0 && { sources }),
    ...(imported && { imported }),
    created,
    rev: destination.rev + 1,
    updated: at,
  };
};

/** A profile without these identifiers. */
export const without = (profile: Profile, gone: readonly Alias[]): Profile => {
  const isKept = (one: Alias): boolean => !gone.some((other) => isSame(one, other));
  const { external_id: _, email: __, phone_number: ___, aliases, anonymous_ids, ...rest } = profile;
  const kept = heldBy(profile).filter(isKept);
  const own = ownKinds.flatMap((kind) => {
    const value = profile[kind];
    return value !== undefined && isKept({ kind, value }) ? [[kind, value]] : [];
  });
  const others = (aliases ?? []).filter(isKept);
  const browsers = (anonymous_ids ?? []).filter((value) =>
    kept.some((one) => isSame(one, { kind: 'anonymous_id', value })),
  );
  return {
    ...rest,
    ...Object.fromEntries(own),
    ...(others.length > 0 && { aliases: others }),
    ...(browsers.length > 0 && { anonymous_ids: browsers }),
  };
};

/** Where a profile has none of a kind left: one that it held itself before others came, or else that of the first of these. */
const successor = (kind: Alias['kind'], aliases: readonly Alias[], others: readonly Profile[]): Alias | undefined => {
  const mine = aliases.filter((one) => one.kind === kind);
  const theirs = others.flatMap(heldBy);
  return mine.find((one) => !theirs.some((other) => isSame(one, other))) ?? mine[0];
};
