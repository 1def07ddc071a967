import type { Problem } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import { identifierOwnersOfAll } from '../profiles/records/resolve.ts';
import type { MetricName } from './records/ensure-metrics.ts';

interface Named {
  readonly person: ProfileInput;
  /** The same for everything that names the person by the same identifier. */
  readonly personKey: string;
  readonly metric: MetricName;
  readonly uniqueId?: string;
  readonly pointer: string;
}

type Deps = Pick<Context, 'account' | 'table' | 'caller'>;

/**
 * A `unique_id` that comes twice in one request for the same profile and metric: a mistake of the sender, of which kind
 * nobody can know. Who is who is only read where one id comes for several names.
 */
export const repeatedUniqueIds = async (events: readonly Named[], context: Deps): Promise<Problem[]> => {
  const byKey = repeatsIn(events, ({ personKey }) => personKey);
  // All events of a public call are of one person, and what it costs does not tell whether that person is known.
  if (byKey.length > 0 || context.caller.kind === 'public') return byKey;
  const shared = [...Map.groupBy(events, idOf)].flatMap(([id, some]) =>
    id !== undefined && some.length > 1 ? some : [],
  );
  if (shared.length === 0) return [];
  const named = await identifierOwnersOfAll(
    shared.map(({ person }) => person.identifiers),
    context,
  );
  const owners = new Map(shared.map(({ person, pointer }, i) => [pointer, person.id ?? named[i]?.[0]?.owner]));
  return repeatsIn(shared, ({ pointer, personKey }) => owners.get(pointer) ?? personKey);
};

/** The id within its metric, as text. */
const idOf = ({ metric, uniqueId }: Named): string | undefined =>
  uniqueId === undefined ? undefined : JSON.stringify([metric.service, metric.name, uniqueId]);

const repeatsIn = (events: readonly Named[], personOf: (event: Named) => string): Problem[] => {
  const first = new Map<string, string>();
  return events.flatMap((event): Problem[] => {
    const id = idOf(event);
    if (id === undefined) return [];
    const key = `${personOf(event)} ${id}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, event.pointer);
    return before === undefined
      ? []
      : [
          {
            detail: `The unique_id '${event.uniqueId}' is at ${before} already, for the same profile and metric. Nothing was stored.`,
            source: { pointer: `${event.pointer}/unique_id` },
          },
        ];
  });
};
