import * as v from 'valibot';
import type { Through } from '../../functions/table/dynamo.ts';

const Consumed = v.object({ CapacityUnits: v.number() });
const Output = v.object({ ConsumedCapacity: v.optional(v.union([v.array(Consumed), Consumed]), []) });
const Input = v.object({
  Statements: v.optional(v.array(v.unknown()), []),
  RequestItems: v.optional(v.record(v.string(), v.object({ Keys: v.array(v.unknown()) })), {}),
});
const reads = /^(Get|BatchGet|Query|TransactGet)/;

const none = { writes: 0, reads: 0, requests: 0, statements: 0, keys: 0, refused: 0 };

/** What DynamoDB says that the requests of a piece of work consumed, and how many PartiQL statements and keys of batches were in them. */
export const meter = (watch: (watcher: Through) => unknown) => {
  let used = none;
  watch(async ({ command, input }, next) => {
    const answer = await next({ ReturnConsumedCapacity: 'TOTAL' }).catch((error: unknown) => {
      used = { ...used, requests: used.requests + 1, refused: used.refused + 1 };
      throw error;
    });
    const { ConsumedCapacity } = v.parse(Output, answer.output);
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    const kind = reads.test(command) ? 'reads' : 'writes';
    const { Statements, RequestItems } = v.parse(Input, input);
    const statements = used.statements + Statements.length;
    const keys = used.keys + Object.values(RequestItems).flatMap(({ Keys }) => Keys).length;
    used = { ...used, statements, keys, requests: used.requests + 1, [kind]: used[kind] + units };
    return answer;
  });
  return async (work: () => Promise<unknown>) => {
    used = none;
    await work();
    return used;
  };
};
