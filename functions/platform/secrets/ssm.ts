import { GetParameterCommand, ParameterNotFound, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { memoizeByName } from '../cache.ts';
import { timeouts } from '../timeouts.ts';
import type { Secrets, SecretsOptions } from './secrets.ts';

/** How long a value is cached. Parameter Store answers 40 requests a second free of charge. */
const TTL_MS = 300_000;
const MAX_ENTRIES = 1_000;
/** One path segment below the prefix, so that a name that comes from data cannot lead anywhere else. */
const NAME = /^[A-Za-z0-9_-]{1,200}$/;

export const openSsm = ({ prefix, now = () => new Date() }: SecretsOptions, config: SSMClientConfig = {}): Secrets => {
  const client = new SSMClient({ maxAttempts: 4, requestHandler: timeouts, ...config });
  const loadParameter = memoizeByName(async (name: string) => readParameter(`${prefix}${name}`, client), {
    ttlMs: TTL_MS,
    maxEntries: MAX_ENTRIES,
  });
  return {
    async get(name) {
      if (!NAME.test(name))
        throw new Error(`'${name}' is not the name of a secret. Names contain only letters, digits, - and _.`);
      return loadParameter(name, { now });
    },
  };
};

const readParameter = async (Name: string, client: SSMClient): Promise<string> => {
  const { Parameter } = await client
    .send(new GetParameterCommand({ Name, WithDecryption: true }))
    .catch((error: unknown) => {
      if (error instanceof ParameterNotFound) throw notSetError(Name);
      throw error;
    });
  if (!Parameter?.Value) throw notSetError(Name);
  return Parameter.Value;
};

const notSetError = (name: string): Error =>
  new Error(`The secret ${name} is not set: aws ssm put-parameter --type SecureString --name ${name} --value …`);
