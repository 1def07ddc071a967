import { GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { type Capability, Failure } from './check.ts';
import { outputOf } from './deployment.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait.ts';

/** The only number in the result of a query. */
export const numberBy = async (sql: string, session: Session): Promise<number> => {
  const { deployment } = session;
  const { athena } = deployment.clients;
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: outputOf(deployment, 'ArchiveWorkGroup'),
      QueryExecutionContext: { Database: outputOf(deployment, 'ArchiveDatabase') },
    }),
  );
  const { State, StateChangeReason } = await waitFor('Athena', { seconds: 120 }, session, async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const status = QueryExecution?.Status;
    return /SUCCEEDED|FAILED|CANCELLED/.test(status?.State ?? '') ? status : undefined;
  });
  if (State !== 'SUCCEEDED') throw new Failure(`The query ${QueryExecutionId} is ${State}: ${StateChangeReason}`);
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  // The first row holds the names of the columns.
  return Number(ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue);
};

/** Without an engine the local cloud returns a fixed result for every query. */
export const queries: Capability = {
  name: 'Athena runs queries',
  missing: async (session) => {
    const answer = await numberBy('SELECT 40 + 2 AS answer', session);
    return answer === 42 ? undefined : `Athena returns ${answer} for 40 + 2`;
  },
};
