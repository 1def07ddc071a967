import { DynamoError, validationError } from './errors.ts';
import type { Tables } from './table.ts';
import { measureItem } from './values.ts';
import { commit, type Prepared, prepare, type WriteInput, type WriteKind } from './writes.ts';

export interface TransactWriteItems {
  readonly ClientRequestToken?: string;
  readonly TransactItems: readonly Readonly<Partial<Record<keyof typeof kinds, WriteInput>>>[];
}

const kinds = { Put: 'put', Update: 'update', Delete: 'remove', ConditionCheck: 'check' } as const;
const MAX_WRITES = 100;
const MAX_BYTES = 4 * 1_024 * 1_024;

/** Runs transactions, each with its token once. */
export const openTransactions = (tables: Tables) => {
  const done = new Map<string, string>();
  return (input: TransactWriteItems): object => {
    const { ClientRequestToken: token, TransactItems } = input;
    const digest = token === undefined ? '' : JSON.stringify(TransactItems);
    if (token !== undefined && done.has(token)) {
      if (done.get(token) === digest) return {};
      throw new DynamoError(
        'IdempotentParameterMismatchException',
        'The request contains an identical client token with a different request',
      );
    }
    run(tables, TransactItems);
    if (token !== undefined) done.set(token, digest);
    return {};
  };
};

const run = (tables: Tables, items: TransactWriteItems['TransactItems']): void => {
  if (items.length === 0 || items.length > MAX_WRITES)
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_WRITES}`,
    );
  const writes = items.flatMap((item) =>
    Object.entries(item).map(([name, input]) => ({ kind: kinds[name as keyof typeof kinds], input })),
  );
  if (writes.length !== items.length || writes.some(({ kind }) => kind === undefined))
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  const outcomes = writes.map(({ kind, input }) => outcomeOf(tables, kind, input));
  refuseTwins(outcomes);
  const bytes = writes.reduce((sum, { input }) => sum + measureItem(input.Item ?? {}), 0);
  if (bytes > MAX_BYTES) throw validationError('Transaction request size limit exceeded');
  if (outcomes.some(({ reason }) => reason.Code !== 'None')) {
    const reasons = outcomes.map(({ reason }) => reason);
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw new DynamoError(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { CancellationReasons: reasons },
    );
  }
  for (const [i, { prepared }] of outcomes.entries()) if (prepared && writes[i]?.kind !== 'check') commit(prepared);
};

interface Outcome {
  readonly prepared?: Prepared;
  readonly reason: { readonly Code: string; readonly Message?: string; readonly Item?: object };
}

const outcomeOf = (tables: Tables, kind: WriteKind, input: WriteInput): Outcome => {
  try {
    const prepared = prepare(tables, kind, input);
    if (prepared.holds) return { prepared, reason: { Code: 'None' } };
    const isShown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && prepared.old;
    return {
      prepared,
      reason: {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        ...(isShown && { Item: prepared.old }),
      },
    };
  } catch (error) {
    // What is wrong with the whole request is its own error; what is wrong with the item is a reason.
    if (!(error instanceof DynamoError) || !/size|Size of/.test(error.message)) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
};

const refuseTwins = (outcomes: readonly Outcome[]): void => {
  const prepared = outcomes.flatMap((outcome) => outcome.prepared ?? []);
  const places = new Set(prepared.map(({ table, key }) => [table.created.TableName, key.hash, key.range].join('\0')));
  if (places.size < prepared.length)
    throw validationError('Transaction request cannot include multiple operations on one item');
};
