import type { HostedResource } from './resource.ts';

/** Functions stand outside of any VPC: they reach the internet, and nothing has to be made for it. */
export const outgoing: HostedResource<'fetch', undefined> = {
  client: 'platform/fetch/client.ts',
  construct: () => undefined,
  environment: () => ({ FETCH: 'on' }),
  grant: () => [],
};
