import type { Alias } from '../../../model/identity.ts';
import { type Caps, defaultCaps, identifiersOf, isSameIdentifier, ownKinds } from '../records/identifiers.ts';
import type { Profile } from '../records/profile.ts';
import { fillFromSources, ownContent } from './content.ts';

/** Both profiles after a merge, and what happens to the identifiers of the source. */
export interface MergeResult {
  readonly destination: Profile;
  readonly source: Profile;
  readonly moved: readonly Alias[];
  /** The oldest browsers of both, above the limit. */
  readonly dropped: readonly Alias[];
}

/** The ids of the profiles that were merged directly into this one. */
export const directSources = ({ sources = [] }: Pick<Profile, 'sources'>): string[] =>
  sources.flatMap(({ id, into }) => (into === undefined ? [id] : []));

/**
 * Merges the source into the destination. `earlierSources` are the profiles merged into the destination before, in
 * their order: values that came from them are not the destination's own, so that any of the merges can be undone.
 */
export const merge = (
  destination: Profile,
  source: Profile,
  {
    at,
    caps,
    earlierSources,
  }: { readonly at: string; readonly caps?: Caps | undefined; readonly earlierSources: readonly Profile[] },
): MergeResult => {
  const sourceIdentifiers = identifiersOf(source);
  const browsers = [...(source.anonymous_ids ?? []), ...(destination.anonymous_ids ?? [])];
  const keptBrowsers = browsers.slice(-(caps?.anonymous_id ?? defaultCaps.anonymous_id));
  const dropped = browsers
    .slice(0, browsers.length - keptBrowsers.length)
    .map((value) => ({ kind: 'anonymous_id' as const, value }));
  const own = Object.fromEntries(
    ownKinds.flatMap((kind) => {
      const value = destination[kind] ?? source[kind];
      return value === undefined ? [] : [[kind, value]];
    }),
  );
  const newAliases = sourceIdentifiers.filter(({ kind, value }) => kind !== 'anonymous_id' && own[kind] !== value);
  const aliases = [...(destination.aliases ?? []), ...newAliases];
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
      ...fillFromSources(ownContent(destination), [...earlierSources, source]),
      ...(keptBrowsers.length > 0 && { anonymous_ids: keptBrowsers }),
      ...(aliases.length > 0 && { aliases }),
      sources,
      ...mergeImported(destination, source),
      rev: destination.rev + 1,
      updated: at,
    },
    source: { ...source, mergedInto: destination.id, rev: source.rev + 1 },
    moved: sourceIdentifiers.filter((one) => !dropped.some((gone) => isSameIdentifier(gone, one))),
    dropped,
  };
};

/** A row that is processed again may have been about either profile. */
const mergeImported = (a: Profile, b: Profile): Pick<Profile, 'imported'> => {
  if (!b.imported) return a.imported ? { imported: a.imported } : {};
  const jobs = new Set([...Object.keys(b.imported), ...Object.keys(a.imported ?? {})]);
  return {
    imported: Object.fromEntries([...jobs].map((job) => [job, { ...b.imported?.[job], ...a.imported?.[job] }])),
  };
};
