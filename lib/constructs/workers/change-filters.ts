import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { ChangeConsumer, ChangeKind } from '../../../functions/platform/resources/change-consumer.ts';
import { definition } from '../../../functions/platform/table/definition.ts';

export type Consumer = Omit<ChangeConsumer, 'url'>;

/** The limit of filters of an event source mapping. A record has to match one of them. */
const MAX_FILTERS = 5;

interface Pattern {
  readonly kinds: readonly ChangeKind[];
  readonly prefixes: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
}

/**
 * Combines the filters of all consumers into as few as a mapping allows. The result may match more records: the
 * function checks each consumer's own filter. Records that do not match cost nothing.
 */
export const filtersOf = (consumers: readonly Consumer[]): Record<string, unknown>[] => {
  const patterns = consumers.flatMap(patternsOf);
  const byKinds = [...Map.groupBy(patterns, ({ kinds }) => kinds.join()).values()].map(union);
  const needed = byKinds.filter((one) => !byKinds.some((other) => other !== one && covers(other, one)));
  return (needed.length > MAX_FILTERS ? [union(patterns)] : needed).map(filterOf);
};

/** Whether all that the second one matches is matched by the first one. */
const covers = (wide: Pattern, narrow: Pattern): boolean =>
  includesAll(wide.kinds, narrow.kinds) &&
  includesAll(wide.prefixes, narrow.prefixes) &&
  includesAll(wide.types, narrow.types);

/** An absent list has everything. */
const includesAll = (all: readonly string[] | undefined, some: readonly string[] | undefined): boolean =>
  all === undefined || (some?.every((one) => all.includes(one)) ?? false);

/** Splits removals from other changes with types: a removal has the type in another image. */
const patternsOf = ({ kinds, sortKeyPrefixes: prefixes, types }: Consumer): Pattern[] => {
  const sorted = kinds.toSorted();
  if (!types) return [{ kinds: sorted, prefixes, types }];
  const [removed, others] = [sorted.filter((kind) => kind === 'removed'), sorted.filter((kind) => kind !== 'removed')];
  return [others, removed].flatMap((some) => (some.length > 0 ? [{ kinds: some, prefixes, types }] : []));
};

const union = (patterns: readonly Pattern[]): Pattern => ({
  kinds: [...new Set(patterns.flatMap(({ kinds }) => kinds))].toSorted(),
  prefixes: all(patterns.map(({ prefixes }) => prefixes)),
  types: all(patterns.map(({ types }) => types)),
});

/** The union of lists. It is unbounded if one of them is. */
const all = (lists: readonly (readonly string[] | undefined)[]): string[] | undefined => {
  const bounded = lists.filter((list) => list !== undefined);
  return bounded.length < lists.length ? undefined : [...new Set(bounded.flat())].toSorted();
};

const names: Readonly<Record<ChangeKind, string>> = { inserted: 'INSERT', updated: 'MODIFY', removed: 'REMOVE' };

const filterOf = ({ kinds, prefixes, types }: Pattern): Record<string, unknown> => {
  const isRemoval = kinds.every((kind) => kind === 'removed');
  const isMixed = !isRemoval && kinds.includes('removed');
  const image = isRemoval ? 'OldImage' : 'NewImage';
  const keys = prefixes && {
    Keys: { [definition.sk]: { S: prefixes.flatMap((prefix) => FilterRule.beginsWith(prefix)) } },
  };
  // Removals mixed with other kinds have their types in different images, so only keys are filtered.
  const images = types && !isMixed && { [image]: { type: { S: types } } };
  return FilterCriteria.filter({
    eventName: kinds.map((kind) => names[kind]),
    ...((keys || images) && { dynamodb: { ...keys, ...images } }),
  });
};
