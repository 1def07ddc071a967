import type { Alias } from '../../../model/identity.ts';
import { identifiersOf, isSameIdentifier, ownKinds } from '../records/identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { fillFromSources, ownContent } from './content.ts';

/** An identifier that belongs to somebody else since the merge. */
export interface LostIdentifier extends Alias {
  /** The profile that it would have returned to. */
  readonly of: string;
  /** Its owner now. */
  readonly owner: string;
}

export interface UndoResult {
  readonly destination: Profile;
  readonly source: Profile;
  /** Identifiers that return from the destination to the source. */
  readonly toReturn: readonly Alias[];
  /** Identifiers that nobody has now. */
  readonly toRecreate: readonly (Alias & { readonly of: string })[];
  readonly lost: readonly LostIdentifier[];
}

interface UndoState {
  readonly at: string;
  /** Identifiers that the merge dropped, above the limit. */
  readonly dropped: readonly Alias[];
  /** Other profiles that were merged into the destination, in their order. */
  readonly others: readonly Profile[];
  /** The owner of an identifier now. */
  readonly ownerOf: (identifier: Alias) => string | undefined;
  /** Whether it belonged to an erased person: then it is not recreated. */
  readonly isErased: (identifier: Alias) => boolean;
}

/** Computes both profiles as if they had never been merged. Changes of the destination since the merge stay with it. */
export const undo = (
  destination: Profile,
  source: Profile,
  { at, dropped, others, ownerOf, isErased }: UndoState,
): UndoResult => {
  const identifiers = identifiersOf(source);
  const toReturn = identifiers.filter((one) => ownerOf(one) === destination.id);
  const droppedByDestination = dropped.filter((one) => !identifiers.some((other) => isSameIdentifier(one, other)));
  const expected = [
    ...identifiers.map((one) => ({ ...one, of: source.id })),
    ...droppedByDestination.map((one) => ({ ...one, of: destination.id })),
  ];
  const unowned = expected.filter((one) => ownerOf(one) === undefined);
  const toRecreate = unowned.filter((one) => !isErased(one));
  const lost = expected.flatMap((one) => {
    const owner = ownerOf(one);
    return owner === undefined || owner === destination.id ? [] : [{ ...one, owner }];
  });
  const { mergedInto: _, ...restored } = source;
  return {
    destination: withoutSource(destination, source, { at, toReturn, toRecreate, others }),
    source: {
      ...withoutIdentifiers(restored, [...lost, ...unowned.filter(isErased)]),
      rev: source.rev + 1,
      updated: at,
    },
    toReturn,
    toRecreate,
    lost,
  };
};

type SourceRemoval = Pick<UndoState, 'at' | 'others'> & Pick<UndoResult, 'toReturn' | 'toRecreate'>;

const withoutSource = (
  destination: Profile,
  source: Profile,
  { at, toReturn, toRecreate, others }: SourceRemoval,
): Profile => {
  const { account, id, created, imported } = destination;
  const sourceIds = new Set([source.id, ...(source.sources ?? []).map((one) => one.id)]);
  const sources = (destination.sources ?? []).filter((one) => !sourceIds.has(one.id));
  const { aliases = [], anonymous_ids = [], ...remaining } = withoutIdentifiers(destination, toReturn);
  const promoted = ownKinds.flatMap((kind) =>
    remaining[kind] === undefined ? (successor(kind, aliases, others) ?? []) : [],
  );
  const remainingAliases = aliases.filter((one) => !promoted.some((next) => isSameIdentifier(next, one)));
  const browsers = [
    ...toRecreate.flatMap(({ kind, value, of }) => (of === id && kind === 'anonymous_id' ? [value] : [])),
    ...anonymous_ids,
  ];
  return {
    account,
    id,
    ...Object.fromEntries(ownKinds.flatMap((kind) => (remaining[kind] === undefined ? [] : [[kind, remaining[kind]]]))),
    ...Object.fromEntries(promoted.map(({ kind, value }) => [kind, value])),
    ...(browsers.length > 0 && { anonymous_ids: browsers }),
    ...(remainingAliases.length > 0 && { aliases: remainingAliases }),
    ...fillFromSources(ownContent(destination), others),
    ...(sources.length > 0 && { sources }),
    ...(imported && { imported }),
    created,
    rev: destination.rev + 1,
    updated: at,
  };
};

/** A profile without these identifiers. */
export const withoutIdentifiers = (profile: Profile, removed: readonly Alias[]): Profile => {
  const isKept = (one: Alias): boolean => !removed.some((other) => isSameIdentifier(one, other));
  const { external_id: _, email: __, phone_number: ___, aliases, anonymous_ids, ...rest } = profile;
  const identifiers = identifiersOf(profile).filter(isKept);
  const own = ownKinds.flatMap((kind) => {
    const value = profile[kind];
    return value !== undefined && isKept({ kind, value }) ? [[kind, value]] : [];
  });
  const others = (aliases ?? []).filter(isKept);
  const browsers = (anonymous_ids ?? []).filter((value) =>
    identifiers.some((one) => isSameIdentifier(one, { kind: 'anonymous_id', value })),
  );
  return {
    ...rest,
    ...Object.fromEntries(own),
    ...(others.length > 0 && { aliases: others }),
    ...(browsers.length > 0 && { anonymous_ids: browsers }),
  };
};

/**
 * The alias that becomes the primary identifier if a profile has none of a kind left: preferably its own, else the
 * first that a source brought.
 */
const successor = (kind: Alias['kind'], aliases: readonly Alias[], others: readonly Profile[]): Alias | undefined => {
  const ofKind = aliases.filter((one) => one.kind === kind);
  const ofSources = others.flatMap(identifiersOf);
  return ofKind.find((one) => !ofSources.some((other) => isSameIdentifier(one, other))) ?? ofKind[0];
};
