import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';

type Image = Record<string, AttributeValue>;

interface Followed {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly services: { readonly now: () => Date };
}

/** A table whose changes are read as its stream has them. */
export const followTable = ({ client, tableName, services }: Followed) => {
  let known = new Map<string, Image>();
  let position = 1_000;

  /** Every item, by its key. */
  const scan = async (): Promise<Map<string, Image>> => {
    const items = new Map<string, Image>();
    let ExclusiveStartKey: Image | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: tableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
      );
      for (const item of page.Items ?? []) items.set(JSON.stringify([item.pk, item.sk]), item);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  };

  /** What changed since the last call, as records of the stream. */
  const records = async (): Promise<DynamoDBRecord[]> => {
    const now = await scan();
    const all: DynamoDBRecord[] = [];
    for (const key of new Set([...known.keys(), ...now.keys()])) {
      const [before, after] = [known.get(key), now.get(key)];
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      position += 1;
      const { pk, sk } = after ?? before ?? {};
      all.push({
        eventName: before && after ? 'MODIFY' : after ? 'INSERT' : 'REMOVE',
        dynamodb: {
          SequenceNumber: `${position}`,
          ApproximateCreationDateTime: services.now().getTime() / 1_000,
          Keys: { pk, sk },
          ...(before && { OldImage: before }),
          ...(after && { NewImage: after }),
        } as NonNullable<DynamoDBRecord['dynamodb']>,
      });
    }
    known = now;
    return all;
  };

  return { scan, records };
};
