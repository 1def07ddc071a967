import type { Profile, Source } from '../../profiles/records/profile.ts';
import type { Status } from '../records/consent.ts';

/** What was said of a topic under one profile. */
interface Said {
  readonly at: string;
  readonly status: Status;
}

/**
 * What holds for a person whose profile others were merged into, from the newest that was said under each of them. When
 * two profiles become one the most restrictive state of both holds; a later change under any of them holds
 * after that. Nothing is written for it, so that undoing a merge leaves each with what was said of it.
 *
 * Of several opt-ins the one that `isOfNow` holds, or else the newest: they are to different addresses.
 */
export const effectiveConsent = <T extends Said>(
  { id, sources = [] }: Pick<Profile, 'id' | 'sources'>,
  saidOf: (profileId: string) => T | undefined,
  isOfNow: (said: T) => boolean,
): T | undefined => {
  // Each source once, whatever they say of each other.
  const passed = new Set<string>();
  const within = (profileId: string, isIn: (source: Source) => boolean): T | undefined => {
    passed.add(profileId);
    const parts = sources.filter(isIn).flatMap((source) => {
      if (passed.has(source.id)) return [];
      const said = within(source.id, ({ into }) => into === source.id);
      return said ? [{ said, joined: source.at }] : [];
    });
    const own = saidOf(profileId);
    const later = parts.filter(({ said, joined }) => said.at > joined).map(({ said }) => said);
    const newest = [...(own ? [own] : []), ...later].reduce<T | undefined>(newer, undefined);
    const joining = parts.filter(({ said, joined }) => said.at <= joined && (!newest || newest.at <= joined));
    return strictest([...(newest ? [newest] : []), ...joining.map(({ said }) => said)], isOfNow);
  };
  return within(id, ({ into }) => into === undefined);
};

const newer = <T extends Said>(a: T | undefined, b: T): T => (a && a.at >= b.at ? a : b);

const strictest = <T extends Said>(some: readonly T[], isOfNow: (said: T) => boolean): T | undefined => {
  const outs = some.filter(({ status }) => status === 'UNSUBSCRIBED');
  const now = some.filter(isOfNow);
  return (outs.length > 0 ? outs : now.length > 0 ? now : some).reduce<T | undefined>(newer, undefined);
};
