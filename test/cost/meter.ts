import * as v from 'valibot';
import type { Interceptor } from '../../functions/platform/table/client/dynamo.ts';

const Consumed = v.object({ CapacityUnits: v.number() });
const Output = v.object({ ConsumedCapacity: v.optional(v.union([v.array(Consumed), Consumed]), []) });
const Write = v.object({ Put: v.optional(v.object({ Item: v.record(v.string(), v.unknown()) })) });
const Input = v.object({
  TransactItems: v.optional(v.array(Write), []),
  Statements: v.optional(v.array(v.object({ Statement: v.string() })), []),
  RequestItems: v.optional(v.record(v.string(), v.object({ Keys: v.array(v.unknown()) })), {}),
});
const reads = /^(Get|BatchGet|Query|TransactGet)/;

const none = {
  writes: 0,
  reads: 0,
  requests: 0,
  statements: 0,
  updates: 0,
  keys: 0,
  transacted: 0,
  /** Writes of transactions: the larger figure of DynamoDB Local and the price list. */
  charged: 0,
  refused: 0,
};

/** Two units for the item, and DynamoDB Local's figure (for the first two or three only) for each entry in an index. */
const transactedUnits = ({ Put }: v.InferOutput<typeof Write>): number =>
  2 + 2 * Object.keys(Put?.Item ?? {}).filter((name) => /^gsi\dpk$/.test(name)).length;

/**
 * The capacity that a piece of work consumed according to DynamoDB, plus what DynamoDB Local does not report: PartiQL
 * inserts and updates, keys of batches, and the write units of transactions of items below 1 KB.
 */
export const meter = (watch: (watcher: Interceptor) => unknown) => {
  let used = none;
  watch(async ({ command, input }, next) => {
    const answer = await next({ ReturnConsumedCapacity: 'TOTAL' }).catch((error: unknown) => {
      used = { ...used, requests: used.requests + 1, refused: used.refused + 1 };
      throw error;
    });
    const { ConsumedCapacity } = v.parse(Output, answer.output);
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    const kind = reads.test(command) ? 'reads' : 'writes';
    const { Statements, RequestItems, TransactItems } = v.parse(Input, input);
    const changing = Statements.filter(({ Statement }) => Statement.startsWith('UPDATE')).length;
    const statements = used.statements + Statements.length - changing;
    const updates = used.updates + changing;
    const keys = used.keys + Object.values(RequestItems).flatMap(({ Keys }) => Keys).length;
    const listed = TransactItems.reduce((sum, item) => sum + transactedUnits(item), 0);
    used = {
      ...used,
      statements,
      updates,
      keys,
      transacted: used.transacted + listed,
      charged: used.charged + (kind === 'writes' ? Math.max(units, listed) : 0),
      requests: used.requests + 1,
      [kind]: used[kind] + units,
    };
    return answer;
  });
  return async (work: () => Promise<unknown>) => {
    used = none;
    await work();
    return used;
  };
};
