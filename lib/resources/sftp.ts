import type { HostedResource } from './resource.ts';

/** Files of SFTP servers of others. As outgoing requests, they need no AWS resource. */
export const sftp: HostedResource<'sftp', 'on' | 'loopback'> = {
  client: 'platform/fetch/sftp/sftp-client.ts',
  construct: (_, { settings }) => (settings.outgoingLoopback ? 'loopback' : 'on'),
  environment: (mode) => ({ SFTP: mode }),
  grant: () => [],
};
