import type { SSMClientConfig } from '@aws-sdk/client-ssm';

/** Keys and passwords of other systems, which operators store for a service. Never log, store or return a value. */
export interface Secrets {
  /** The value, at most five minutes old. Throws if the secret is not set. */
  get(name: string): Promise<string>;
}

export interface SecretsOptions {
  /** The common prefix of the names that the service may read, with a trailing slash. */
  readonly prefix: string;
  readonly now?: () => Date;
}

/** Loads the SSM client with the first secret. */
export const openSecrets = (options: SecretsOptions, config?: SSMClientConfig): Secrets => {
  let opened: Promise<Secrets> | undefined;
  return {
    async get(name) {
      opened ??= import('./ssm.ts').then(({ openSsm }) => openSsm(options, config));
      return (await opened).get(name);
    },
  };
};
