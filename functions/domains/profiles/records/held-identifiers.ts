import { type Alias, type IdentifierKind, identifierKinds } from '../../../model/identity.ts';
import type { Profile } from './profile.ts';

/** The most that any account can set, and what holds where it sets nothing. */
export const defaultCaps = { external_id: 5, email: 10, phone_number: 10, anonymous_id: 20, merged: 20 } as const;
export type Caps = { readonly [kind in keyof typeof defaultCaps]?: number | undefined };

/** Kinds of which a profile has one of its own, and others as aliases. */
export const ownKinds = ['external_id', 'email', 'phone_number'] as const;

/** Every identifier that a profile holds. */
export const heldBy = (profile: Profile): Alias[] => [
  ...ownKinds.flatMap((kind) => {
    const value = profile[kind];
    return value === undefined ? [] : [{ kind, value }];
  }),
  ...(profile.aliases ?? []),
  ...(profile.anonymous_ids ?? []).map((value) => ({ kind: 'anonymous_id' as const, value })),
];

export const isSame = (a: Alias, b: Alias): boolean => a.kind === b.kind && a.value === b.value;

/** The kinds of which two profiles together would hold more than one may. */
export const overCap = (destination: Profile, source: Profile, caps: Caps = {}): (IdentifierKind | 'merged')[] => {
  const both = [...heldBy(destination), ...heldBy(source)];
  const kinds = identifierKinds.filter(
    (kind) =>
      // The oldest browsers make room.
      kind !== 'anonymous_id' && both.filter((one) => one.kind === kind).length > (caps[kind] ?? defaultCaps[kind]),
  );
  const merged = (destination.sources?.length ?? 0) + (source.sources?.length ?? 0) + 1;
  return merged > (caps.merged ?? defaultCaps.merged) ? [...kinds, 'merged'] : kinds;
};
