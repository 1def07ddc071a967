import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';

const Consumed = v.object({ CapacityUnits: v.number() });
const Output = v.object({ ConsumedCapacity: v.optional(v.union([v.array(Consumed), Consumed]), []) });
const reads = /^(Get|BatchGet|Query|TransactGet)/;

/** What DynamoDB says that the requests of a piece of work consumed. */
export const meter = (client: DynamoDBClient) => {
  let used = { writes: 0, reads: 0, requests: 0, refused: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
        const result = await next({ ...args, input }).catch((error: unknown) => {
          used = { ...used, requests: used.requests + 1, refused: used.refused + 1 };
          throw error;
        });
        const { ConsumedCapacity } = v.parse(Output, result.output);
        const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
        const kind = reads.test(commandName) ? 'reads' : 'writes';
        used = { ...used, requests: used.requests + 1, [kind]: used[kind] + units };
        return result;
      },
    { step: 'initialize' },
  );
  return async (work: () => Promise<unknown>) => {
    used = { writes: 0, reads: 0, requests: 0, refused: 0 };
    await work();
    return used;
  };
};
