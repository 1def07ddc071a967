import type { SSMClientConfig } from '@aws-sdk/client-ssm';

/** What owners keep for a service: keys and passwords of others. No value of them is logged, stored or answered. */
export interface Secrets {
  /** As it was within the last five minutes. Throws where it isn't set. */
  get(name: string): Promise<string>;
}

export interface SecretsOptions {
  /** Of the names of all that the service may read, with a slash at its end. */
  readonly prefix: string;
  readonly now?: () => Date;
}

/** Its client is loaded with the first secret. */
export const openSecrets = (options: SecretsOptions, config?: SSMClientConfig): Secrets => {
  let opened: Promise<Secrets> | undefined;
  return {
    async get(name) {
      opened ??= import('./ssm.ts').then(({ openSsm }) => openSsm(options, config));
      return (await opened).get(name);
    },
  };
};
