import { type Alias, type IdentifierKind, identifierKinds } from '../../../model/identity.ts';
import type { Profile } from './profile.ts';

/** The defaults, and the maximum that an account can set. */
export const defaultCaps = { external_id: 5, email: 10, phone_number: 10, anonymous_id: 20, merged: 20 } as const;
export type Caps = { readonly [kind in keyof typeof defaultCaps]?: number | undefined };

/** Kinds of which a profile has one primary value, and further ones as aliases. */
export const ownKinds = ['external_id', 'email', 'phone_number'] as const;

/** All identifiers of a profile. */
export const identifiersOf = (profile: Profile): Alias[] => [
  ...ownKinds.flatMap((kind) => {
    const value = profile[kind];
    return value === undefined ? [] : [{ kind, value }];
  }),
  ...(profile.aliases ?? []),
  ...(profile.anonymous_ids ?? []).map((value) => ({ kind: 'anonymous_id' as const, value })),
];

export const isSameIdentifier = (a: Alias, b: Alias): boolean => a.kind === b.kind && a.value === b.value;

/** The kinds of identifiers of which two profiles together have more than the limit. */
export const kindsOverCap = (destination: Profile, source: Profile, caps: Caps = {}): (IdentifierKind | 'merged')[] => {
  const both = [...identifiersOf(destination), ...identifiersOf(source)];
  const kinds = identifierKinds.filter(
    (kind) =>
      // A merge drops the oldest browsers instead.
      kind !== 'anonymous_id' && both.filter((one) => one.kind === kind).length > (caps[kind] ?? defaultCaps[kind]),
  );
  const merged = (destination.sources?.length ?? 0) + (source.sources?.length ?? 0) + 1;
  return merged > (caps.merged ?? defaultCaps.merged) ? [...kinds, 'merged'] : kinds;
};
