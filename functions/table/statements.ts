import type { BatchStatementError } from '@aws-sdk/client-dynamodb';
import { inParallel } from '../parallel.ts';
import { definition } from './definition.ts';
import type { Item } from './entity.ts';
import { backOff, busy, TRIES } from './retry.ts';
import type { Send } from './wire.ts';
import type { Write } from './write.ts';

/** One write in PartiQL. Names of attributes are the entities' own; only values are anybody else's. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: unknown[];
}

/** DynamoDB takes 25 statements a request. It names no limit of their size: this one keeps large items to themselves. */
const BATCH = { statements: 25, characters: 1_000_000 } as const;
const PARALLEL = 8;

/** PartiQL's INSERT is the conditional put that comes in batches: it puts an item where there is none with its key. */
export const inserting = (tableName: string, item: Item): Statement => {
  const Parameters: unknown[] = [];
  let names = '';
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    names += `${names === '' ? '' : ','}'${name}':?`;
    Parameters.push(value);
  }
  return { Statement: `INSERT INTO "${tableName}" VALUE {${names}}`, Parameters };
};

/** An update as PartiQL has it; undefined for one that only an update expression can say. */
export const updating = (tableName: string, { key, changes, condition }: Write): Statement | undefined => {
  const { set = {}, remove = [], add } = changes ?? {};
  if (!changes || add || condition === undefined || condition === 'absent') return undefined;
  if (condition !== 'present' && !('is' in condition && condition.is === '=')) return undefined;
  const changing = [
    ...Object.keys(set).map((name) => `SET "${name}"=?`),
    ...remove.map((name) => `REMOVE "${name}"`),
  ].join(' ');
  const also = condition === 'present' ? '' : ` AND "${condition.attribute}"=?`;
  return {
    Statement: `UPDATE "${tableName}" ${changing} WHERE "${definition.pk}"=? AND "${definition.sk}"=?${also}`,
    Parameters: [...Object.values(set), key.pk, key.sk, ...(condition === 'present' ? [] : [condition.value])],
  };
};

/**
 * Runs each for itself, and tells which were done: the condition of the others did not hold. A batch is no transaction,
 * and names no item twice.
 */
export const executeAll = async (send: Send, statements: readonly Statement[]): Promise<ReadonlySet<Statement>> => {
  const done = new Set<Statement>();
  const execute = async (batch: Statement[]): Promise<readonly Statement[]> => {
    const { Responses = [] } = await send('BatchExecuteStatement', { Statements: batch });
    return batch.filter((statement, i) => {
      const outcome = outcomeOf(Responses[i]);
      if (outcome === 'done') done.add(statement);
      return outcome === 'passing';
    });
  };

  let left = statements;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    if (attempt > TRIES) throw busy('DynamoDB left statements of a batch undone after many tries.');
    left = (await inParallel(batches(left), PARALLEL, execute)).flat();
  }
  return done;
};

const batches = (statements: readonly Statement[]): Statement[][] => {
  const all: Statement[][] = [];
  let room = 0;
  for (const one of statements) {
    const last = all.at(-1);
    const characters = charactersOf(one);
    room -= characters;
    if (last && last.length < BATCH.statements && room >= 0) last.push(one);
    else {
      all.push([one]);
      room = BATCH.characters - characters;
    }
  }
  return all;
};

const charactersOf = ({ Parameters }: Statement): number => {
  let sum = 0;
  for (const value of Parameters) if (typeof value === 'string') sum += value.length;
  return sum;
};

const outcomeOf = (
  answer: { readonly Error?: BatchStatementError | undefined } | undefined,
): 'done' | 'refused' | 'passing' => {
  if (!answer) throw new Error('DynamoDB left a statement unanswered.');
  const { Error: error } = answer;
  if (!error) return 'done';
  switch (error.Code) {
    case 'DuplicateItem':
    case 'ConditionalCheckFailed':
      return 'refused';
    case 'InternalServerError':
    case 'ProvisionedThroughputExceeded':
    case 'RequestLimitExceeded':
    case 'ThrottlingError':
    case 'TransactionConflict':
      return 'passing';
    case 'AccessDenied':
    case 'ItemCollectionSizeLimitExceeded':
    case 'ResourceNotFound':
    case 'ValidationError':
    case undefined:
      throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
  }
};
