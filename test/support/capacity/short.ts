import type { RawAnswer } from '../faults/faults.ts';
import type { Capacity, Shortage } from './capacity.ts';
import { type Asked, usesOf } from './units.ts';

type Call = (body: Buffer) => Promise<RawAnswer>;

/** What DynamoDB calls it, in an error of a request, and in one of an item. */
const names = {
  table: { error: 'ThrottlingException', item: 'ThrottlingError' },
  partition: { error: 'ProvisionedThroughputExceededException', item: 'ProvisionedThroughputExceeded' },
} as const;

/** Does what there is capacity for, and answers the rest as DynamoDB does. */
export const answerWithin = async (
  capacity: Capacity,
  operation: string,
  body: Buffer,
  call: Call,
): Promise<RawAnswer> => {
  const asked: Asked = JSON.parse(body.toString());
  const uses = usesOf(operation, asked);
  switch (operation) {
    case 'TransactWriteItems': {
      const shortage = capacity.take(uses.flat());
      if (!shortage) return call(body);
      // Any of its items may be the one.
      const CancellationReasons = uses.map((_, i) => ({ Code: i === 0 ? names[shortage].item : 'None' }));
      return refused('TransactionCanceledException', { CancellationReasons });
    }
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return partOfBatch(
        operation,
        asked,
        uses.map((one) => capacity.take(one)),
        call,
      );
    case 'BatchExecuteStatement':
      return partOfStatements(
        asked,
        uses.map((one) => capacity.take(one)),
        call,
      );
    default: {
      const shortage = capacity.take(uses.flat());
      return shortage ? refused(names[shortage].error) : call(body);
    }
  }
};

const partOfStatements = async (
  { Statements = [], ...more }: Asked,
  shortages: readonly (Shortage | undefined)[],
  call: Call,
): Promise<RawAnswer> => {
  const taken = Statements.filter((_, i) => !shortages[i]);
  const done = taken.length === 0 ? told({ Responses: [] }) : await call(json({ ...more, Statements: taken }));
  if (done.status !== 200) return done;
  const { Responses = [], ...answer } = JSON.parse(done.body.toString());
  const own = [...Responses];
  const all = shortages.map((shortage) =>
    shortage ? { Error: { Code: names[shortage].item, Message: 'There is no capacity.' } } : own.shift(),
  );
  return told({ ...answer, Responses: all });
};

const partOfBatch = async (
  operation: 'BatchGetItem' | 'BatchWriteItem',
  { RequestItems = {}, ...more }: Asked,
  shortages: readonly (Shortage | undefined)[],
  call: Call,
): Promise<RawAnswer> => {
  const [first] = shortages;
  // Where none of the items can be done the whole request is refused.
  if (first && shortages.every((shortage) => shortage)) return refused(names[first].error);
  const [[table = '', all] = []] = Object.entries(RequestItems);
  const isRead = operation === 'BatchGetItem';
  const items: readonly unknown[] = (isRead ? all?.Keys : all) ?? [];
  const part = (isShort: boolean) => {
    const some = items.filter((_, i) => (shortages[i] !== undefined) === isShort);
    return isRead ? { ...all, Keys: some } : some;
  };
  const done = await call(json({ ...more, RequestItems: { [table]: part(false) } }));
  if (done.status !== 200 || shortages.every((shortage) => !shortage)) return done;
  const left = { [isRead ? 'UnprocessedKeys' : 'UnprocessedItems']: { [table]: part(true) } };
  return told({ ...JSON.parse(done.body.toString()), ...left });
};

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const told = (value: object): RawAnswer => ({ status: 200, body: json(value) });

const refused = (name: string, more: object = {}): RawAnswer => ({
  status: 400,
  body: json({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'There is no capacity.', ...more }),
});
