import type { Problem } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import { readIdentifierOwnersOfMany } from '../profiles/records/resolve.ts';
import type { EventDraft } from './draft.ts';

interface PersonalDraft extends Pick<EventDraft, 'person' | 'metric' | 'uniqueId' | 'pointers'> {
  /** The same for all drafts that name the person by the same identifier. */
  readonly personKey: string;
}

type Deps = Pick<Context, 'account' | 'table' | 'caller'>;

/**
 * Finds a `unique_id` that a request repeats for one profile and metric. It is a mistake of the sender, and which of the
 * events was meant is unknown. Reads the owners of identifiers only where people with different identifiers share an id.
 */
export const repeatedUniqueIds = async (drafts: readonly PersonalDraft[], context: Deps): Promise<Problem[]> => {
  const problems = findRepeats(drafts, ({ personKey }) => personKey);
  // All events of a public call are of one person, and the number of reads must not tell whether that person is known.
  if (problems.length > 0 || context.caller.kind === 'public') return problems;
  const sharing = [...Map.groupBy(drafts, metricAndId)].flatMap(([id, group]) =>
    id !== undefined && group.length > 1 ? group : [],
  );
  if (sharing.length === 0) return [];
  const identifiers = await readIdentifierOwnersOfMany(
    sharing.map(({ person }) => person.identifiers),
    context,
  );
  const owners = new Map(sharing.map((draft, i) => [draft, draft.person.id ?? identifiers[i]?.[0]?.owner]));
  return findRepeats(sharing, (draft) => owners.get(draft) ?? draft.personKey);
};

/** The metric and the `unique_id` as one text. */
const metricAndId = ({ metric, uniqueId }: PersonalDraft): string | undefined =>
  uniqueId === undefined ? undefined : JSON.stringify([metric.service, metric.name, uniqueId]);

const findRepeats = (drafts: readonly PersonalDraft[], personOf: (draft: PersonalDraft) => string): Problem[] => {
  const firstPlaces = new Map<string, string>();
  return drafts.flatMap((draft): Problem[] => {
    const { uniqueId, pointers } = draft;
    const id = metricAndId(draft);
    if (id === undefined) return [];
    const key = `${personOf(draft)} ${id}`;
    const first = firstPlaces.get(key);
    if (first === undefined) {
      firstPlaces.set(key, pointers.event);
      return [];
    }
    const detail = `The event at ${first} has the same unique_id '${uniqueId}', profile and metric. Nothing was stored.`;
    return [{ detail, source: { pointer: pointers.uniqueId } }];
  });
};
