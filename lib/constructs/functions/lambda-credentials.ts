import type { openContainerCredentials } from '../../../functions/platform/table/client/signing/container-credentials.ts';
import { environmentCredentials } from '../../../functions/platform/table/client/signing/credentials.ts';

/** Replaces the SDK's chain of credential providers in bundles. Each call reads the current environment. */
export const defaultProvider = () => {
  let provider: Promise<ReturnType<typeof openContainerCredentials>> | undefined;
  return async () => {
    const { env } = process;
    const keys = environmentCredentials(env);
    if (keys) return keys;
    if (!env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
      throw new Error('The environment has neither credentials nor AWS_CONTAINER_CREDENTIALS_FULL_URI.');
    provider ??= import('../../../functions/platform/table/client/signing/container-credentials.ts').then((module) =>
      module.openContainerCredentials(env),
    );
    return (await provider)();
  };
};
