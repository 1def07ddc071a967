import { allow } from './allow.ts';
import type { HostedResource } from './resource.ts';

/** Below what a service finds its secrets: the name of each, and its ARN. */
interface Prefix {
  readonly name: string;
  readonly arn: string;
}

/**
 * Parameters of the type SecureString, put there by the owner: CloudFormation can't make them, and a template is no place
 * for a secret. AWS's own key decrypts them for every permitted reader, so there is no permission on a key.
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
  environment: (prefixOf, { domain }) => ({ SECRETS_PREFIX: prefixOf(domain.name).name }),
  grant: (prefixOf, _, domain) => [
    allow({ actions: ['ssm:GetParameter'], resources: [`${prefixOf(domain.name).arn}*`] }),
  ],
  stars: (prefixOf, { domain }) => ({
    names: [`arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${prefixOf(domain.name).name}*`],
    reason: "The star stands for the service's own secrets.",
  }),
};
