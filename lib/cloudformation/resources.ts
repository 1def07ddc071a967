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
