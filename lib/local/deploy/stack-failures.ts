import { CloudFormationClient, DescribeStackEventsCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../process/environment.ts';

/** Which resources failed, or are still being made: the CLI doesn't always say. */
export const whatIsStuck = async (endpoint: string): Promise<string> => {
  const client = new CloudFormationClient(clientConfig(endpoint));
  const patience = { abortSignal: AbortSignal.timeout(10_000) };
  const { StackSummaries = [] } = await client.send(new ListStacksCommand({}), patience);
  const troubled = StackSummaries.filter(({ StackStatus = '' }) => /FAILED|ROLLBACK|IN_PROGRESS/.test(StackStatus));
  const lines: string[] = [];
  for (const { StackName, StackStatus } of troubled) {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }), patience);
    lines.push(`${StackName}: ${StackStatus}`);
    const newest = new Map(StackEvents.toReversed().map((event) => [event.LogicalResourceId, event]));
    for (const { LogicalResourceId, ResourceType, ResourceStatus = '', ResourceStatusReason = '' } of newest.values()) {
      if (!/FAILED|CREATE_IN_PROGRESS|UPDATE_IN_PROGRESS/.test(ResourceStatus)) continue;
      lines.push(`  ${LogicalResourceId} (${ResourceType}): ${ResourceStatus} ${ResourceStatusReason}`.trimEnd());
    }
  }
  return lines.length > 0 ? lines.join('\n') : 'No stack failed, and none is in progress.';
};
