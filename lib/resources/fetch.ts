import type { HostedResource } from './resource.ts';

/** Outgoing requests. The functions run outside of a VPC and reach the internet, so this needs no AWS resource. */
export const outgoing: HostedResource<'fetch', 'on' | 'loopback'> = {
  client: 'platform/fetch/client.ts',
  construct: (_, { settings }) => (settings.outgoingLoopback ? 'loopback' : 'on'),
  environment: (mode) => ({ FETCH: mode }),
  grant: () => [],
};
