import {
  type CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

/** All resources of a stack. CloudFormation lists a hundred at once, and a deployment has more. */
export const listStackResources = async (
  StackName: string,
  client: CloudFormationClient,
): Promise<StackResourceSummary[]> => {
  const resources: StackResourceSummary[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    resources.push(...StackResourceSummaries);
  return resources;
};

/** The stacks that a stack nests, by their physical ids, which every call accepts as a stack's name. */
export const nestedIn = (resources: readonly StackResourceSummary[]): string[] =>
  resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === 'AWS::CloudFormation::Stack' && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
  );
