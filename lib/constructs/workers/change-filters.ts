import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { ChangeConsumer, ChangeKind } from '../../../functions/platform/resources/change-consumer.ts';
import { definition } from '../../../functions/platform/table/definition.ts';

export type Consumer = Omit<ChangeConsumer, 'url'>;

/** A mapping takes so many filters, which are alternatives. */
const MAX_FILTERS = 5;

interface Pattern {
  readonly kinds: readonly ChangeKind[];
  readonly prefixes: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
}

/**
 * What any of the consumers wants, in as few filters as a mapping takes. They may let through a little more: the function
 * looks at each consumer's own. Lambda bills nothing for what they hold back.
 */
export const filtersOf = (consumers: readonly Consumer[]): Record<string, unknown>[] => {
  const patterns = consumers.flatMap(patternsOf);
  const byKinds = [...Map.groupBy(patterns, ({ kinds }) => kinds.join()).values()].map(union);
  return (byKinds.length > MAX_FILTERS ? [union(patterns)] : byKinds).map(filterOf);
};

/** An item that is removed has its type in another image than the others. */
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

/** Where one is not bounded, all are not. */
const all = (lists: readonly (readonly string[] | undefined)[]): string[] | undefined => {
  const known = lists.filter((list) => list !== undefined);
  return known.length < lists.length ? undefined : [...new Set(known.flat())].toSorted();
};

const names: Readonly<Record<ChangeKind, string>> = { inserted: 'INSERT', updated: 'MODIFY', removed: 'REMOVE' };

const filterOf = ({ kinds, prefixes, types }: Pattern): Record<string, unknown> => {
  const isRemoval = kinds.every((kind) => kind === 'removed');
  const isMixed = !isRemoval && kinds.includes('removed');
  const image = isRemoval ? 'OldImage' : 'NewImage';
  const keys = prefixes && {
    Keys: { [definition.sk]: { S: prefixes.flatMap((prefix) => FilterRule.beginsWith(prefix)) } },
  };
  // Of kinds whose types are in different images only the keys are asked.
  const images = types && !isMixed && { [image]: { type: { S: types } } };
  return FilterCriteria.filter({
    eventName: kinds.map((kind) => names[kind]),
    ...((keys || images) && { dynamodb: { ...keys, ...images } }),
  });
};
