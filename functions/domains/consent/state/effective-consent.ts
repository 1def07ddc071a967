import type { Profile, Source } from '../../profiles/records/profile.ts';
import type { Status } from '../records/consent.ts';

/** The newest change of a topic under one profile. */
interface Statement {
  readonly at: string;
  readonly status: Status;
}

/**
 * The effective consent of a person with merged profiles, from the newest change under each of them. At a merge, the
 * more restrictive state of both applies; a later change under any of them replaces it. It is computed, not written, so
 * undoing a merge restores both.
 *
 * Among several opt-ins, which are to different addresses, the one that `isCurrent` accepts applies, or else the
 * newest.
 */
export const effectiveConsent = <T extends Statement>(
  { id, sources = [] }: Pick<Profile, 'id' | 'sources'>,
  statementOf: (profileId: string) => T | undefined,
  isCurrent: (said: T) => boolean,
): T | undefined => {
  // Visits each source once, even if they form a cycle.
  const visited = new Set<string>();
  const resolve = (profileId: string, isIn: (source: Source) => boolean): T | undefined => {
    visited.add(profileId);
    const parts = sources.filter(isIn).flatMap((source) => {
      if (visited.has(source.id)) return [];
      const statement = resolve(source.id, ({ into }) => into === source.id);
      return statement ? [{ said: statement, mergedAt: source.at }] : [];
    });
    const own = statementOf(profileId);
    const afterMerge = parts.filter(({ said, mergedAt }) => said.at > mergedAt).map(({ said }) => said);
    const newest = [...(own ? [own] : []), ...afterMerge].reduce<T | undefined>(newer, undefined);
    const beforeMerge = parts.filter(({ said, mergedAt }) => said.at <= mergedAt && (!newest || newest.at <= mergedAt));
    return strictest([...(newest ? [newest] : []), ...beforeMerge.map(({ said }) => said)], isCurrent);
  };
  return resolve(id, ({ into }) => into === undefined);
};

const newer = <T extends Statement>(a: T | undefined, b: T): T => (a && a.at >= b.at ? a : b);

const strictest = <T extends Statement>(statements: readonly T[], isCurrent: (said: T) => boolean): T | undefined => {
  const optOuts = statements.filter(({ status }) => status === 'UNSUBSCRIBED');
  const current = statements.filter(isCurrent);
  return (optOuts.length > 0 ? optOuts : current.length > 0 ? current : statements).reduce<T | undefined>(
    newer,
    undefined,
  );
};
