import { definition } from '../../functions/platform/table/definition.ts';

/** A statement as it stands in a template. */
export interface Statement {
  readonly Effect: string;
  readonly actions: readonly string[];
  readonly Condition?: unknown;
}

/** One write of a transaction, as IAM is asked about it. */
export interface Judged {
  readonly action: string;
  readonly pk: string;
}

/**
 * Whether IAM denies a transaction by conditions on leading keys. AWS doesn't say which keys it is asked about with an
 * action: those of the item, or those of all items of the request together. Both are possible here.
 */
export const isDenied = (
  writes: readonly Judged[],
  statements: readonly Statement[],
  keys: 'each' | 'together',
): boolean => {
  const all = writes.map(({ pk }) => pk);
  return writes.some(({ action, pk }) =>
    statements.some(
      ({ Effect, actions, Condition }) =>
        Effect === 'Deny' && actions.includes(action) && holds(Condition, keys === 'each' ? [pk] : all),
    ),
  );
};

const holds = (condition: unknown, keys: readonly string[]): boolean =>
  Object.entries(condition ?? {}).every(([operator, test]) => {
    const patterns: string | string[] = test[KEY];
    switch (operator) {
      case 'Null':
        return (keys.length === 0) === (patterns === 'true');
      case 'ForAllValues:StringLike':
        return keys.every((key) => isLike(key, patterns));
      case 'ForAnyValue:StringLike':
        return keys.some((key) => isLike(key, patterns));
      default:
        throw new Error(`This judge knows no ${operator}.`);
    }
  });

const KEY = 'dynamodb:LeadingKeys';

/** IAM's wildcards. */
export const isLike = (key: string, patterns: string | readonly string[]): boolean =>
  [patterns].flat().some((pattern) => {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('?', '.')
      .replaceAll('*', '.*');
    return new RegExp(`^${source}$`, 's').test(key);
  });

/** Of a request of DynamoDB's: what IAM is asked about each of its writes. */
export const judgedIn = (input: unknown): Judged[] => {
  const { TransactItems = [] } = input as { TransactItems?: readonly Record<string, Entry>[] };
  return TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, { Key, Item }]) => ({
      action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
      pk: String((Key ?? Item)?.[definition.pk]),
    })),
  );
};

interface Entry {
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly Item?: Readonly<Record<string, unknown>>;
}
