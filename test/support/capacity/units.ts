import { definition } from '../../../functions/platform/table/definition.ts';
import type { Unit, Use } from './capacity.ts';

/** DynamoDB's JSON of an item or of a part of it. */
type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Write {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
}

interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly Readonly<Record<string, unknown>>[];
}

export interface Asked extends Write {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly RequestItems?: Readonly<
    Record<
      string,
      { readonly Keys?: readonly Attributes[]; readonly ConsistentRead?: boolean } & readonly Readonly<
        Record<string, Write>
      >[]
    >
  >;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
  readonly Statements?: readonly Statement[];
}

const TABLE = 'table';

/**
 * What each item of a request takes, in their order. Sizes are those of what is sent: what an update finds, and what a
 * read gives back, is taken for as small as it can be.
 */
export const usesOf = (operation: string, asked: Asked): readonly (readonly Use[])[] => {
  switch (operation) {
    case 'GetItem':
      return [[read(asked.Key, asked.ConsistentRead)]];
    case 'Query':
      return [[queried(asked)]];
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [written(asked, 1)];
    case 'TransactWriteItems':
      // Each item is prepared, and then committed; indexes follow once.
      return (asked.TransactItems ?? []).map((item) => Object.values(item).flatMap((write) => written(write, 2)));
    case 'BatchExecuteStatement':
      return (asked.Statements ?? []).map((one) => written(writeIn(one), 1));
    case 'BatchGetItem':
      return Object.values(asked.RequestItems ?? {}).flatMap(({ Keys = [], ConsistentRead }) =>
        Keys.map((key) => [read(key, ConsistentRead)]),
      );
    case 'BatchWriteItem':
      return Object.values(asked.RequestItems ?? {}).flatMap((all) =>
        all.map((one) => Object.values(one).flatMap((write) => written(write, 1))),
      );
    default:
      return [];
  }
};

const pkOf = (of: Attributes | undefined, name: string = definition.pk): string => String(of?.[name]?.S);

const read = (key: Attributes | undefined, isConsistent = false): Use =>
  use(TABLE, pkOf(key), 'read', isConsistent ? 1 : 0.5);

const queried = ({
  IndexName,
  KeyConditionExpression = '',
  ExpressionAttributeValues = {},
  ConsistentRead,
}: Asked): Use => {
  const [name = ''] = /:\w+/.exec(KeyConditionExpression) ?? [];
  return use(IndexName ?? TABLE, String(ExpressionAttributeValues[name]?.S), 'read', ConsistentRead ? 1 : 0.5);
};

const use = (resource: string, pk: string, unit: Unit, units: number): Use => ({ resource, pk, unit, units });

/** A kilobyte is a unit. Where an index's key is changed, its old entry is removed and a new one made. */
const written = ({ Item, Key, ...write }: Write, times: number): readonly Use[] => {
  const set = Item ?? attributesSet(write);
  const base = use(TABLE, pkOf(Item ?? Key), 'write', times * kilobytes({ ...Key, ...set }));
  const entries = Object.entries(definition.indexes).flatMap(([name, { pk }]) =>
    set[pk] === undefined ? [] : [use(name, pkOf(set, pk), 'write', Item ? 1 : 2)],
  );
  return [base, ...entries];
};

const kilobytes = (attributes: Attributes): number => {
  const bytes = Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + name.length + Object.values(value).reduce<number>((all, one) => all + sizeOf(one), 0),
    0,
  );
  return Math.max(1, Math.ceil(bytes / 1_024));
};

const sizeOf = (value: unknown): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : JSON.stringify(value).length;

/** What an update expression sets, by the attributes' own names. */
const attributesSet = ({
  UpdateExpression = '',
  ExpressionAttributeNames = {},
  ExpressionAttributeValues = {},
}: Write) =>
  Object.fromEntries(
    [...UpdateExpression.matchAll(/(#?\w+) = (:\w+)/g)].flatMap(([, name = '', value = '']) => {
      const given = ExpressionAttributeValues[value];
      return given ? [[ExpressionAttributeNames[name] ?? name, given] as const] : [];
    }),
  );

/** A statement as the write that it is. */
const writeIn = ({ Statement, Parameters }: Statement): Write => {
  const names = [...Statement.matchAll(/'([^']+)':\?|"([^"]+)"=\?/g)].map(
    ([, inserted, compared]) => inserted ?? compared ?? '',
  );
  const given = Object.fromEntries(names.map((name, i) => [name, Parameters[i] ?? {}]));
  if (Statement.startsWith('INSERT')) return { Item: given };
  const { [definition.pk]: pk = {}, [definition.sk]: sk = {}, ...set } = given;
  // As an expression, so that it is counted as an update.
  const entries = Object.entries(set);
  return {
    Key: { [definition.pk]: pk, [definition.sk]: sk },
    UpdateExpression: `SET ${entries.map(([name], i) => `${name} = :v${i}`).join(', ')}`,
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], i) => [`:v${i}`, value])),
  };
};
