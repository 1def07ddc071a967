import type { HostedResource } from './resource.ts';

/** Outgoing requests. The functions run outside of a VPC and reach the internet, so this needs no AWS resource. */
export const outgoing: HostedResource<'fetch', undefined> = {
  client: 'platform/fetch/client.ts',
  construct: () => undefined,
  environment: () => ({ FETCH: 'on' }),
  grant: () => [],
};
