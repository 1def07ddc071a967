import type { BatchStatementError } from '@aws-sdk/client-dynamodb';
import { inParallel } from '../parallel.ts';
import type { Retry, RetryPolicy } from './client/retry/retry-policy.ts';
import { retryReason } from './client/send-with-retry.ts';
import type { Operations, Send } from './client/wire.ts';
import { definition } from './definition.ts';
import type { Item } from './entity.ts';
import type { Write } from './write.ts';

/** One write in PartiQL. Attribute names come from entities; only parameters come from callers. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: unknown[];
}

/**
 * DynamoDB accepts 25 statements per request. It documents no limit for their size; this one sends large items
 * separately.
 */
export const BATCH_LIMITS = { statements: 25, characters: 1_000_000 } as const;
const CONCURRENCY = 8;

/** PartiQL's INSERT is the only conditional put that can be batched: it fails if an item with the key exists. */
export const openInsertBuilder = (tableName: string) => {
  // Rows have the same few attributes, so that statements are cached: building one per row would be a third of the
  // garbage per event.
  const root: ShapeNode = { next: new Map() };
  return (item: Item): Statement => {
    const Parameters: unknown[] = [];
    let shape = root;
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
    shape.statement ??= `INSERT INTO "${tableName}" VALUE {${valueTemplate(item)}}`;
    return { Statement: shape.statement, Parameters };
  };
};

/** A node in a tree of attribute names. */
interface ShapeNode {
  readonly next: Map<string, ShapeNode>;
  statement?: string;
}

const valueTemplate = (item: Item): string =>
  Object.entries(item)
    .flatMap(([name, value]) => (value === undefined ? [] : [`'${name}':?`]))
    .join(',');

/** Converts an update to PartiQL. Undefined if only an update expression can express it. */
export const toUpdateStatement = (tableName: string, { key, changes, condition }: Write): Statement | undefined => {
  const { set = {}, remove = [], add } = changes ?? {};
  if (!changes || add || condition === undefined || condition === 'absent') return undefined;
  if (condition !== 'present' && !('is' in condition && condition.is === '=')) return undefined;
  const clauses = [
    ...Object.keys(set).map((name) => `SET "${name}"=?`),
    ...remove.map((name) => `REMOVE "${name}"`),
  ].join(' ');
  const extraCondition = condition === 'present' ? '' : ` AND "${condition.attribute}"=?`;
  return {
    Statement: `UPDATE "${tableName}" ${clauses} WHERE "${definition.pk}"=? AND "${definition.sk}"=?${extraCondition}`,
    Parameters: [...Object.values(set), key.pk, key.sk, ...(condition === 'present' ? [] : [condition.value])],
  };
};

/**
 * Runs one independent statement per element. Returns the elements whose statement succeeded; the condition of the
 * others failed. A batch is no transaction, and must not contain an item twice. Statements are built when they are
 * sent, and not kept.
 */
export const executeStatements = async <Of>(
  requests: Requests,
  items: readonly Of[],
  toStatement: (one: Of) => Statement,
): Promise<ReadonlySet<Of>> => {
  const { policy } = requests;
  const done = new Set<Of>();
  let isThrottled = false;

  /** Returns the elements to send again. */
  const execute = async ({ members, answer }: SentBatch<Of>): Promise<readonly Of[]> => {
    const responses = await responsesOf(answer, policy);
    let throttled = 0;
    const failed = members.filter((one, i) => {
      const outcome = responses ? outcomeOf(responses[i]) : 'throttled';
      if (outcome === 'done') done.add(one);
      if (outcome === 'throttled') throttled += 1;
      return outcome === 'throttled' || outcome === 'passing';
    });
    policy.recordUsed('write', members.length - failed.length);
    if (throttled > 0) {
      isThrottled = true;
      policy.recordThrottle('write');
    }
    return failed;
  };

  let remaining = items;
  let retry: Retry | undefined;
  for (;;) {
    const countBefore = remaining.length;
    remaining = (await inParallel(sendBatches(requests, remaining, toStatement), CONCURRENCY, execute)).flat();
    if (remaining.length === 0) return done;
    retry ??= policy.openRetry();
    await retry(isThrottled ? 'throttled' : 'undone', remaining.length < countBefore);
    isThrottled = false;
  }
};

interface Requests {
  readonly send: Send;
  readonly policy: RetryPolicy;
}

type ExecuteOutput = Operations['BatchExecuteStatement']['output'];

/** Undefined if the whole batch was throttled. */
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

interface SentBatch<Of> {
  readonly members: readonly Of[];
  readonly answer: Promise<ExecuteOutput>;
}

/** Sends one batch each time the consumer requests the next. */
function* sendBatches<Of>(
  { send, policy }: Requests,
  items: readonly Of[],
  toStatement: (one: Of) => Statement,
): Generator<SentBatch<Of>> {
  let members: Of[] = [];
  let Statements: Statement[] = [];
  let remainingCharacters: number = BATCH_LIMITS.characters;
  const sendBatch = (): SentBatch<Of> => {
    const request = { Statements };
    const wait = policy.acquire('write', members.length);
    const sendNow = () => send('BatchExecuteStatement', request, policy.throttling);
    return { members, answer: wait === undefined ? sendNow() : wait.then(sendNow) };
  };
  for (const one of items) {
    const statement = toStatement(one);
    const characters = charactersOf(statement);
    if (members.length === BATCH_LIMITS.statements || (members.length > 0 && characters > remainingCharacters)) {
      yield sendBatch();
      members = [];
      Statements = [];
      remainingCharacters = BATCH_LIMITS.characters;
    }
    members.push(one);
    Statements.push(statement);
    remainingCharacters -= characters;
  }
  if (members.length > 0) yield sendBatch();
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
  // Unknown codes are errors as well: never treat a statement as done unless DynamoDB says so.
  throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
};
