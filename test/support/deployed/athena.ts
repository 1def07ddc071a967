import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { expect, inject, vi } from 'vitest';

/** What the owner is answered in Athena's console: rows of text, by column. */
export const athena = async (sql: string, { database, workGroup }: Place): Promise<Record<string, string>[]> => {
  const { awsEndpoint: endpoint, region } = inject('stack');
  const client = new AthenaClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const { QueryExecutionId = '' } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workGroup,
      QueryExecutionContext: { Database: database },
    }),
  );
  const status = await vi.waitUntil(
    async () => {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      return /SUCCEEDED|FAILED/.test(QueryExecution?.Status?.State ?? '') && QueryExecution?.Status;
    },
    { timeout: 90_000, interval: 100 },
  );
  expect([status.State, status.StateChangeReason]).toEqual(['SUCCEEDED', '']);
  const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  const [header = [], ...rows] = (ResultSet?.Rows ?? []).map(({ Data = [] }) =>
    Data.map(({ VarCharValue = '' }) => VarCharValue),
  );
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
};

interface Place {
  readonly database: string;
  readonly workGroup: string;
}
