import type { openContainerCredentials } from '../../../functions/platform/table/client/signing/container-credentials.ts';
import { environmentCredentials } from '../../../functions/platform/table/client/signing/credentials.ts';

/** Stands in for the SDK's chain of credential providers in what is deployed. Each call reads what is there now. */
export const defaultProvider = () => {
  let asked: Promise<ReturnType<typeof openContainerCredentials>> | undefined;
  return async () => {
    const { env } = process;
    const keys = environmentCredentials(env);
    if (keys) return keys;
    if (!env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
      throw new Error('There are no credentials in the environment, and no AWS_CONTAINER_CREDENTIALS_FULL_URI.');
    asked ??= import('../../../functions/platform/table/client/signing/container-credentials.ts').then((module) =>
      module.openContainerCredentials(env),
    );
    return (await asked)();
  };
};
