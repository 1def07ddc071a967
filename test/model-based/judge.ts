import type { Profile } from '../../functions/domains/profiles/records/profile.ts';
import { profiles as profileItems } from '../../functions/domains/profiles/records/store.ts';
import type { Done, History } from './clients.ts';
import { consentFaults, listFaults } from './consent.ts';
import { erasureFaults } from './erasure.ts';
import { identityFaults, lookupFaults } from './identity.ts';
import { plainFaults } from './plain.ts';
import type { RoundKind } from './plan.ts';
import { type JobSeen, profilesSeen, type Seen, settle } from './state.ts';
import type { World } from './world.ts';
import { eventFaults, writeFaults } from './writes.ts';

/** What is wrong, and what it is about: the history of that is told with it. */
export interface Fault {
  readonly about: readonly string[];
  readonly detail: string;
}

type Items = readonly Readonly<Record<string, unknown>>[];

export interface Facts {
  readonly world: World;
  readonly kind: RoundKind;
  readonly done: readonly Done[];
  readonly seen: readonly Seen[];
  readonly items: Items;
  /** As they are stored, by their ids. */
  readonly stored: ReadonlyMap<string, Profile>;
  readonly jobs: readonly JobSeen[];
  readonly erasedIds: ReadonlySet<string>;
}

/** Everything that has to hold when all is done, whatever the order in which it happened. */
export const judge = async (world: World, { done, wrong }: History, kind: RoundKind): Promise<readonly Fault[]> => {
  const jobs = await settle(world);
  const items = await world.items();
  const stored = new Map(
    items.filter(({ type }) => type === 'profile').map((item) => [String(item.id), profileItems.fromItem(item)]),
  );
  const erasedIds = new Set(
    jobs.flatMap(({ path, attributes }): string[] =>
      path === 'data-privacy-deletion-jobs' ? attributes.profile_ids : [],
    ),
  );
  const facts: Facts = { world, kind, done, seen: await profilesSeen(world), items, stored, jobs, erasedIds };
  return [
    ...wrong.map((detail): Fault => ({ about: [/w\d+x\d+z/.exec(detail)?.[0] ?? detail], detail })),
    ...jobFaults(facts),
    ...identityFaults(facts),
    ...(await lookupFaults(facts)),
    ...(await writeFaults(facts)),
    ...(await eventFaults(facts)),
    ...(await consentFaults(facts)),
    ...(await listFaults(facts)),
    ...erasureFaults(facts),
    ...(kind === 'plain' ? await plainFaults(facts) : []),
  ];
};

/** Nothing is pending, and nothing failed, jobs included whose request was killed before its answer. */
const jobFaults = ({ jobs, kind }: Facts): Fault[] =>
  jobs.flatMap(({ id, path, attributes }) => {
    const hasFailedRows = kind !== 'erasing' && (attributes.failed_count ?? 0) > 0;
    if (attributes.status === 'complete' && !hasFailedRows) return [];
    return [{ about: [id], detail: `${path} ${id} is ${JSON.stringify(attributes)}.` }];
  });
