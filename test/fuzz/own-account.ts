import { openAccount } from '../../lib/local/stack/account.ts';
import type { LocalStack } from '../../lib/local/stack/stack-file.ts';

/** The same stack for an account of its own: made-up requests fill lists that other tests read. */
export const withOwnAccount = async (stack: LocalStack): Promise<LocalStack> => {
  const { apiUrl: ApiUrl, awsEndpoint, tableName: TableName, importsBucket: ImportsBucket } = stack;
  return { ...stack, ...(await openAccount(awsEndpoint, { ApiUrl, TableName, ImportsBucket }, undefined)) };
};
