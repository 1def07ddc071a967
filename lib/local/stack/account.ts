import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey, findKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { readEnv } from '../../../functions/platform/resources/env.ts';
import { openServices } from '../../../functions/platform/resources/services.ts';
import { clientConfig } from '../../process/environment.ts';
import type { Outputs } from '../deploy/deploy.ts';
import type { LocalStack } from './stack-file.ts';

export interface Access {
  readonly companyId: string;
  readonly apiKey: string;
}

/** Returns an account with a key for all scopes: those of the last run if the table still has them, or new ones. */
export const openAccount = async (
  endpoint: string,
  { TableName, ImportsBucket }: Outputs,
  last: LocalStack | undefined,
): Promise<Access> => {
  const env = readEnv({
    TABLE_NAME: TableName,
    IMPORTS_BUCKET: ImportsBucket,
    S3_ADDRESSING: 'path',
    LOG_LEVEL: 'warn',
  });
  const services = openServices(env, clientConfig(endpoint));
  if (last && (await findKey(last.apiKey, services))) return { companyId: last.companyId, apiKey: last.apiKey };
  const { id } = await createAccount({ name: 'Local shop' }, services);
  const { key } = await createKey({ account: id, name: 'local', scopes: ['*'] }, services);
  return { companyId: id, apiKey: key };
};
