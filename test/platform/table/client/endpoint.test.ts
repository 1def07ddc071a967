import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { dynamoEndpoint } from '../../../../functions/platform/table/client/endpoint.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { startFaultyProxy } from '../../../support/faults/faults.ts';
import { tableEndpoint } from '../../../support/table.ts';
import { credentials, emptyTable, notes } from '../open.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  'us-east-1',
  'eu-central-1',
  'mx-central-1',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
])("finds DynamoDB in %s at the SDK's endpoint", (region) => {
  const { config } = new DynamoDBClient({ region, credentials });

  const theirs = config.endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false });

  expect(new URL(dynamoEndpoint(region))).toEqual(theirs.url);
});

test.each(['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'])('%s sets another endpoint', async (variable) => {
  const { name } = await emptyTable();
  const asked: string[] = [];
  const proxy = await startFaultyProxy(tableEndpoint(), { watch: (operation) => asked.push(operation) });
  vi.stubEnv(variable, proxy.endpoint);
  if (variable === 'AWS_ENDPOINT_URL_DYNAMODB') vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');

  await openTable(name, openDynamo({ region: 'us-east-1', credentials })).get(notes, { shard: 's', id: '1' });

  expect(asked).toEqual(['GetItem']);
  proxy.stop();
});
