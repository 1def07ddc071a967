import { Stack } from 'aws-cdk-lib';
import { allow } from './allow.ts';
import type { HostedResource } from './resource.ts';

interface NamedBus {
  /** As the setting has it: a name, or an ARN. */
  readonly bus: string;
  readonly arn: string;
}

/** The bus that the setting `eventBus` names. It belongs to the owner. */
export const bus: HostedResource<'bus', NamedBus | undefined> = {
  client: 'platform/bus/event-bridge.ts',
  construct: (stack, { settings: { eventBus: named } }) => {
    if (named === undefined) return undefined;
    const isArn = named.startsWith('arn:');
    const parts = { service: 'events', resource: 'event-bus', resourceName: named };
    return { bus: named, arn: isArn ? named : Stack.of(stack).formatArn(parts) };
  },
  environment: (made, { uses }) => (made && uses.length > 0 ? { EVENT_BUS: made.bus } : {}),
  grant: (made, use) =>
    made && use === 'bus' ? [allow({ actions: ['events:PutEvents'], resources: [made.arn] })] : [],
};
