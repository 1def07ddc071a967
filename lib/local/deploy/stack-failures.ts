import { CloudFormationClient, DescribeStackEventsCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../process/environment.ts';

/** Lists the resources that failed or are in progress, which the CDK CLI does not always print. */
export const describeStackFailures = async (endpoint: string): Promise<string> => {
  const client = new CloudFormationClient(clientConfig(endpoint));
  const options = { abortSignal: AbortSignal.timeout(10_000) };
  const { StackSummaries = [] } = await client.send(new ListStacksCommand({}), options);
  const unfinished = StackSummaries.filter(({ StackStatus = '' }) => /FAILED|ROLLBACK|IN_PROGRESS/.test(StackStatus));
  const lines: string[] = [];
  for (const { StackName, StackStatus } of unfinished) {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }), options);
    lines.push(`${StackName}: ${StackStatus}`);
    const newest = new Map(StackEvents.toReversed().map((event) => [event.LogicalResourceId, event]));
    for (const { LogicalResourceId, ResourceType, ResourceStatus = '', ResourceStatusReason = '' } of newest.values()) {
      if (!/FAILED|CREATE_IN_PROGRESS|UPDATE_IN_PROGRESS/.test(ResourceStatus)) continue;
      lines.push(`  ${LogicalResourceId} (${ResourceType}): ${ResourceStatus} ${ResourceStatusReason}`.trimEnd());
    }
  }
  return lines.length > 0 ? lines.join('\n') : 'No stack failed, and none is in progress.';
};
