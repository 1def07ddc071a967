import type { Alias } from '../../../model/identity.ts';
import { type Caps, defaultCaps, heldBy, isSame, ownKinds } from '../records/held-identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { ownContent, withSources } from './content.ts';

/** Both profiles once one is merged into the other, and what becomes of the identifiers of the other. */
export interface Merged {
  readonly destination: Profile;
  readonly source: Profile;
  readonly moved: readonly Alias[];
  /** There was no room for these, the oldest browsers of both. */
  readonly dropped: readonly Alias[];
}

/** The profiles that were merged directly into one, from those that are known of it. */
export const directSources = ({ sources = [] }: Pick<Profile, 'sources'>): string[] =>
  sources.flatMap(({ id, into }) => (into === undefined ? [id] : []));

/**
 * `known` are the profiles that were merged into the destination before, in their order: a value that it has from one of
 * them is not its own, so that undoing any of the merges leaves what there would be without it.
 */
export const merge = (
  destination: Profile,
  source: Profile,
  { at, caps, known }: { readonly at: string; readonly caps?: Caps | undefined; readonly known: readonly Profile[] },
): Merged => {
  const held = heldBy(source);
  const browsers = [...(source.anonymous_ids ?? []), ...(destination.anonymous_ids ?? [])];
  const kept = browsers.slice(-(caps?.anonymous_id ?? defaultCaps.anonymous_id));
  const dropped = browsers
    .slice(0, browsers.length - kept.length)
    .map((value) => ({ kind: 'anonymous_id' as const, value }));
  const own = Object.fromEntries(
    ownKinds.flatMap((kind) => {
      const value = destination[kind] ?? source[kind];
      return value === undefined ? [] : [[kind, value]];
    }),
  );
  const taken = held.filter(({ kind, value }) => kind !== 'anonymous_id' && own[kind] !== value);
  const aliases = [...(destination.aliases ?? []), ...taken];
  const { filled: _, ownLocation: __, aliases: ___, ...rest } = destination;
  const sources = [
    ...(destination.sources ?? []),
    { id: source.id, at },
    ...(source.sources ?? []).map(({ into = source.id, ...one }) => ({ ...one, into })),
  ];
  return {
    destination: {
      ...rest,
      ...own,
      ...withSources(ownContent(destination), [...known, source]),
      ...(kept.length > 0 && { anonymous_ids: kept }),
      ...(aliases.length > 0 && { aliases }),
      sources,
      ...imported(destination, source),
      rev: destination.rev + 1,
      updated: at,
    },
    source: { ...source, mergedInto: destination.id, rev: source.rev + 1 },
    moved: held.filter((one) => !dropped.some((gone) => isSame(gone, one))),
    dropped,
  };
};

/** A row that is read again may have been about either. */
const imported = (a: Profile, b: Profile): Pick<Profile, 'imported'> => {
  if (!b.imported) return a.imported ? { imported: a.imported } : {};
  const jobs = new Set([...Object.keys(b.imported), ...Object.keys(a.imported ?? {})]);
  return {
    imported: Object.fromEntries([...jobs].map((job) => [job, { ...b.imported?.[job], ...a.imported?.[job] }])),
  };
};
