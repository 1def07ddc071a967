import { allow } from './allow.ts';
import type { HostedResource } from './resource.ts';

/** The prefix of a service's secrets, as a name and as an ARN. */
interface Prefix {
  readonly name: string;
  readonly arn: string;
}

/**
 * SecureString parameters that the owner of the deployment creates: CloudFormation cannot make them, and a template
 * must not contain secrets. An AWS managed key decrypts them for every permitted reader, so no key permission is
 * needed.
 */
export const secrets: HostedResource<'secrets', (service: string) => Prefix> = {
  client: 'platform/secrets/ssm.ts',
  construct: (stack, { settings }) => {
    return (service) => {
      const resourceName = `tributary/${settings.name}/secrets/${service}/`;
      const arn = stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName });
      return { name: `/${resourceName}`, arn };
    };
  },
  environment: (prefixOf, { service }) => ({ SECRETS_PREFIX: prefixOf(service.name).name }),
  grant: (prefixOf, _, service) => [
    allow({ actions: ['ssm:GetParameter'], resources: [`${prefixOf(service.name).arn}*`] }),
  ],
  wildcards: (prefixOf, { service }) => ({
    names: [`arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${prefixOf(service.name).name}*`],
    reason: "The wildcard covers the service's own secrets.",
  }),
};
