import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { definition } from '../../functions/platform/table/definition.ts';

/** Deletes what DynamoDB's TTL would have deleted by a time, and answers the types of those items. */
export const expireItems = async (client: DynamoDBClient, TableName: string, now: Date): Promise<string[]> => {
  const types: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) {
      if (!(Number(item.expiresAt?.N) <= now.getTime() / 1_000)) continue;
      const { [definition.pk]: pk, [definition.sk]: sk } = item;
      if (!pk || !sk) throw new Error('An item without a key.');
      await client.send(new DeleteItemCommand({ TableName, Key: { [definition.pk]: pk, [definition.sk]: sk } }));
      types.push(item.type?.S ?? '');
    }
  }
  return types;
};
