import {
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { inject } from 'vitest';
import { clientConfig } from '../../../lib/process/environment.ts';

/**
 * Sets an environment variable of the functions of a service, as another deployment would, or removes it. They start
 * again.
 */
export const setVariable = async (service: string, name: string, value: string | undefined): Promise<void> => {
  const client = new LambdaClient(clientConfig(inject('stack').awsEndpoint));
  for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
    for (const { FunctionName, Description = '', Environment: { Variables = {} } = {} } of Functions) {
      if (!Description.startsWith(`${service}: `)) continue;
      const { [name]: _, ...others } = Variables;
      const changed = value === undefined ? others : { ...others, [name]: value };
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: changed } }));
      await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { FunctionName });
    }
};
