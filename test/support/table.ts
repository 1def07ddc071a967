import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { definition } from '../../functions/platform/table/definition.ts';
import { awsEndpoint } from './servers/aws-endpoint.ts';

/** The emulator that this run tests against: MiniStack, or what TABLE_ENDPOINT names. */
export const tableEndpoint = (): string => process.env.TABLE_ENDPOINT ?? awsEndpoint();

const keySchema = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => [
  { AttributeName: pk, KeyType: 'HASH' as const },
  { AttributeName: sk, KeyType: 'RANGE' as const },
];

/** The table that the data stack makes, without the stack. */
export const createTable = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  const indexes = Object.entries(definition.indexes);
  const attributes = [definition, ...Object.values(definition.indexes)].flatMap(({ pk, sk }) => [pk, sk]);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema(definition),
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...definition.projected] },
      })),
    }),
  );
};
