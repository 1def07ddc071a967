import type { BatchStatementError } from '@aws-sdk/client-dynamodb';
import { inParallel } from '../parallel.ts';
import type { Retry, RetryPolicy } from './client/retry/retry-policy.ts';
import { retryReason } from './client/send-with-retry.ts';
import type { Operations, Send } from './client/wire.ts';
import { definition } from './definition.ts';
import type { Item } from './entity.ts';
import type { Write } from './write.ts';

/** One write in PartiQL. Names of attributes are the entities' own; only values are anybody else's. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: unknown[];
}

/** DynamoDB takes 25 statements a request. It names no limit of their size: this one keeps large items to themselves. */
export const BATCH_LIMITS = { statements: 25, characters: 1_000_000 } as const;
const PARALLEL = 8;

/** PartiQL's INSERT is the conditional put that comes in batches: it puts an item where there is none with its key. */
export const openInsertBuilder = (tableName: string) => {
  // Rows have the same few attributes: a text made anew for each would be a third of what an event leaves behind.
  const start: Shape = { next: new Map() };
  return (item: Item): Statement => {
    const Parameters: unknown[] = [];
    let shape = start;
    for (const name in item) {
      const value = item[name];
      if (value === undefined) continue;
      Parameters.push(value);
      let next = shape.next.get(name);
      if (!next) {
        next = { next: new Map() };
        shape.next.set(name, next);
      }
      shape = next;
    }
    shape.statement ??= `INSERT INTO "${tableName}" VALUE {${namesOf(item)}}`;
    return { Statement: shape.statement, Parameters };
  };
};

/** Where one comes by way of the names of attributes. */
interface Shape {
  readonly next: Map<string, Shape>;
  statement?: string;
}

const namesOf = (item: Item): string =>
  Object.entries(item)
    .flatMap(([name, value]) => (value === undefined ? [] : [`'${name}':?`]))
    .join(',');

/** An update as PartiQL has it; undefined for one that only an update expression can say. */
export const toUpdateStatement = (tableName: string, { key, changes, condition }: Write): Statement | undefined => {
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
 * Runs the statement of each for itself, and tells which were done: the condition of the others did not hold. A batch is
 * no transaction, and names no item twice. Statements are made when they are sent, and not kept.
 */
export const executeStatements = async <Of>(
  requests: Requests,
  all: readonly Of[],
  statementOf: (one: Of) => Statement,
): Promise<ReadonlySet<Of>> => {
  const { policy } = requests;
  const done = new Set<Of>();
  let isThrottled = false;

  /** Those that are to be sent again. */
  const execute = async ({ members, answer }: Sent<Of>): Promise<readonly Of[]> => {
    const responses = await responsesOf(answer, policy);
    let throttled = 0;
    const again = members.filter((one, i) => {
      const outcome = responses ? outcomeOf(responses[i]) : 'throttled';
      if (outcome === 'done') done.add(one);
      if (outcome === 'throttled') throttled += 1;
      return outcome === 'throttled' || outcome === 'passing';
    });
    policy.recordUsed('write', members.length - again.length);
    if (throttled > 0) {
      isThrottled = true;
      policy.recordThrottle('write');
    }
    return again;
  };

  let left = all;
  let retry: Retry | undefined;
  for (;;) {
    const before = left.length;
    left = (await inParallel(sending(requests, left, statementOf), PARALLEL, execute)).flat();
    if (left.length === 0) return done;
    retry ??= policy.openRetry();
    await retry(isThrottled ? 'throttled' : 'undone', left.length < before);
    isThrottled = false;
  }
};

interface Requests {
  readonly send: Send;
  readonly policy: RetryPolicy;
}

type ExecuteOutput = Operations['BatchExecuteStatement']['output'];

/** Undefined where the batch was throttled as a whole. */
const responsesOf = async (
  answer: Promise<ExecuteOutput>,
  policy: RetryPolicy,
): Promise<ExecuteOutput['Responses']> => {
  try {
    return (await answer).Responses ?? [];
  } catch (error) {
    if (retryReason(error, policy) !== 'throttled') throw error;
    return undefined;
  }
};

interface Sent<Of> {
  readonly members: readonly Of[];
  readonly answer: Promise<ExecuteOutput>;
}

/** Sends a batch each time that it is asked for the next. */
function* sending<Of>(
  { send, policy }: Requests,
  all: readonly Of[],
  statementOf: (one: Of) => Statement,
): Generator<Sent<Of>> {
  let members: Of[] = [];
  let Statements: Statement[] = [];
  let room: number = BATCH_LIMITS.characters;
  const sent = (): Sent<Of> => {
    const request = { Statements };
    const wait = policy.acquire('write', members.length);
    const begin = () => send('BatchExecuteStatement', request, policy.throttling);
    return { members, answer: wait === undefined ? begin() : wait.then(begin) };
  };
  for (const one of all) {
    const statement = statementOf(one);
    const characters = charactersOf(statement);
    if (members.length === BATCH_LIMITS.statements || (members.length > 0 && characters > room)) {
      yield sent();
      members = [];
      Statements = [];
      room = BATCH_LIMITS.characters;
    }
    members.push(one);
    Statements.push(statement);
    room -= characters;
  }
  if (members.length > 0) yield sent();
}

const charactersOf = ({ Parameters }: Statement): number => {
  let sum = 0;
  for (const value of Parameters) if (typeof value === 'string') sum += value.length;
  return sum;
};

const outcomeOf = (
  answer: { readonly Error?: BatchStatementError | undefined } | undefined,
): 'done' | 'refused' | 'throttled' | 'passing' => {
  if (!answer) throw new Error('DynamoDB left a statement unanswered.');
  const { Error: error } = answer;
  if (!error) return 'done';
  switch (error.Code) {
    case 'DuplicateItem':
    case 'ConditionalCheckFailed':
      return 'refused';
    case 'ProvisionedThroughputExceeded':
    case 'RequestLimitExceeded':
    case 'ThrottlingError':
      return 'throttled';
    case 'InternalServerError':
    case 'TransactionConflict':
      return 'passing';
    case 'AccessDenied':
    case 'ItemCollectionSizeLimitExceeded':
    case 'ResourceNotFound':
    case 'ValidationError':
    case undefined:
      break;
  }
  // Also what DynamoDB may come to say: a statement that is not known to be refused is not taken for done.
  throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
};
