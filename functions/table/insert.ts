import type { BatchStatementError } from '@aws-sdk/client-dynamodb';
import { inParallel } from '../parallel.ts';
import type { Item } from './entity.ts';
import { backOff, busy, TRIES } from './retry.ts';
import type { Send } from './wire.ts';

/** DynamoDB takes 25 statements a request. It names no limit of their size: this one keeps large items to themselves. */
const BATCH = { statements: 25, characters: 1_000_000 } as const;
const PARALLEL = 8;

/**
 * Puts each item where there is none with its key, and tells which were. PartiQL's INSERT is the conditional put that
 * comes in batches; a batch is no transaction. No two items may have one key.
 */
export const insertAll = async (send: Send, tableName: string, items: readonly Item[]): Promise<ReadonlySet<Item>> => {
  const put = new Set<Item>();
  const insert = async (batch: readonly Statement[]): Promise<readonly Statement[]> => {
    const Statements = batch.map(({ Statement, Parameters }) => ({ Statement, Parameters }));
    const { Responses = [] } = await send('BatchExecuteStatement', { Statements });
    return batch.filter(({ item }, i) => {
      const outcome = outcomeOf(Responses[i]);
      if (outcome === 'put') put.add(item);
      return outcome === 'passing';
    });
  };

  let left: readonly Statement[] = items.map((item) => statement(tableName, item));
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    if (attempt > TRIES) throw busy('DynamoDB left items of a batch unwritten after many tries.');
    left = (await inParallel(batches(left), PARALLEL, insert)).flat();
  }
  return put;
};

type Statement = ReturnType<typeof statement>;

/** The names of attributes are the entities' own; only values are anybody else's. */
const statement = (tableName: string, item: Item) => {
  const attributes = Object.entries(item).filter(([, value]) => value !== undefined);
  return {
    item,
    characters: attributes.reduce((sum, [, value]) => sum + (typeof value === 'string' ? value.length : 0), 0),
    Statement: `INSERT INTO "${tableName}" VALUE {${attributes.map(([name]) => `'${name}':?`).join(',')}}`,
    Parameters: attributes.map(([, value]) => value),
  };
};

const batches = (statements: readonly Statement[]): Statement[][] => {
  const all: Statement[][] = [];
  let room = 0;
  for (const one of statements) {
    const last = all.at(-1);
    room -= one.characters;
    if (last && last.length < BATCH.statements && room >= 0) last.push(one);
    else {
      all.push([one]);
      room = BATCH.characters - one.characters;
    }
  }
  return all;
};

const outcomeOf = (
  answer: { readonly Error?: BatchStatementError | undefined } | undefined,
): 'put' | 'there' | 'passing' => {
  if (!answer) throw new Error('DynamoDB left a statement unanswered.');
  const { Error: error } = answer;
  if (!error) return 'put';
  switch (error.Code) {
    case 'DuplicateItem':
      return 'there';
    case 'InternalServerError':
    case 'ProvisionedThroughputExceeded':
    case 'RequestLimitExceeded':
    case 'ThrottlingError':
    case 'TransactionConflict':
      return 'passing';
    case 'AccessDenied':
    case 'ConditionalCheckFailed':
    case 'ItemCollectionSizeLimitExceeded':
    case 'ResourceNotFound':
    case 'ValidationError':
    case undefined:
      throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
  }
};
