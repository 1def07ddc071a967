import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import { entity } from '../../../functions/platform/table/entity.ts';
import { openTable } from '../../../functions/platform/table/table.ts';
import { createTable, tableEndpoint } from '../../support/table.ts';
import { listing } from '../../support/watch.ts';

/** An empty table, and the names of the commands sent to it. */
export const emptyTable = async () => {
  const connection = { endpoint: tableEndpoint(), region: 'us-east-1', credentials };
  const name = `test-${randomUUID()}`;
  await createTable(new DynamoDBClient(connection), name);
  const requests: string[] = [];
  return { table: openTable(name, openDynamo(connection, { interceptor: listing(requests) })), requests, name };
};

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export const Note = v.object({
  shard: v.string(),
  id: v.string(),
  text: v.optional(v.string()),
  count: v.optional(v.number()),
  at: v.optional(v.string()),
  data: v.optional(v.unknown()),
});
export type Note = v.InferOutput<typeof Note>;

export const notes = entity({
  type: 'note',
  schema: Note,
  key: ({ shard, id }: Pick<Note, 'shard' | 'id'>) => ({ pk: `A#a#${shard}`, sk: `NOTE#${id}` }),
  json: ['data'],
  indexes: ({ shard, at, id }) => ({
    gsi1: at === undefined ? undefined : { pk: `A#a#BY#${shard}`, sk: `${at}#${id}` },
  }),
});
