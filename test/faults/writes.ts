import { definition } from '../../functions/platform/table/definition.ts';

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

/** One write as sent, with the members that name partitions. */
interface Sent {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly UpdateExpression?: string;
}

/** The partition keys of write requests, by table or index. */
export const countWrites = () => {
  const counts = new Map<string, Map<string, number>>();
  const count = (where: string, key: string | undefined): void => {
    if (key === undefined) return;
    const keys = counts.get(where) ?? new Map<string, number>();
    counts.set(where, keys.set(key, (keys.get(key) ?? 0) + 1));
  };
  const indexes = Object.entries(definition.indexes);
  const countOne = ({ Item, Key, ...update }: Sent): void => {
    count('table', (Item ?? Key)?.[definition.pk]?.S);
    for (const [index, { pk }] of indexes) count(index, Item?.[pk]?.S ?? setBy(update, pk));
  };
  return {
    watch: (operation: string, body: Buffer): void => {
      for (const write of writesIn(operation, JSON.parse(body.toString()))) countOne(write);
    },
    forget: (): void => counts.clear(),
    /** The keys of the table or of one index with their shares of the writes, the hottest first. */
    shares: (where: string): { readonly key: string; readonly share: number }[] => {
      const keys = [...(counts.get(where) ?? [])];
      const total = keys.reduce((sum, [, n]) => sum + n, 0);
      return keys.map(([key, n]) => ({ key, share: n / total })).toSorted((a, b) => b.share - a.share);
    },
  };
};

const writesIn = (operation: string, body: Sent & Batch): readonly Sent[] => {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [body];
    case 'TransactWriteItems':
      return (body.TransactItems ?? []).flatMap(({ Put, Update, Delete }) => Put ?? Update ?? Delete ?? []);
    case 'BatchExecuteStatement':
      return (body.Statements ?? []).map(({ Statement, Parameters }) => ({
        Item: Object.fromEntries(
          // Of an insert, or of an update with its key.
          [...Statement.matchAll(/['"](\w+)['"][:=]\?/g)].map(([, name = ''], i) => [name, Parameters[i] ?? {}]),
        ),
      }));
    default:
      return [];
  }
};

interface Batch {
  readonly TransactItems?: readonly { readonly Put?: Sent; readonly Update?: Sent; readonly Delete?: Sent }[];
  readonly Statements?: readonly {
    readonly Statement: string;
    readonly Parameters: readonly { readonly S?: string }[];
  }[];
}

const setBy = (update: Omit<Sent, 'Item' | 'Key'>, attribute: string): string | undefined => {
  const {
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    UpdateExpression = '',
  } = update;
  const name = Object.entries(names).find(([, named]) => named === attribute)?.[0];
  const [, value = ''] = name === undefined ? [] : (new RegExp(`${name} = (:\\w+)`).exec(UpdateExpression) ?? []);
  return values[value]?.S;
};
