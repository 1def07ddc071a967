import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  paginateListStacks,
  type Stack,
  type StackResourceSummary,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';

type StackResource = Partial<Pick<StackResourceSummary, 'ResourceType' | 'PhysicalResourceId'>>;

export type FoundStack = Stack & { readonly StackId: string };

/** By its name; undefined where there is none, or none any more. */
export const findStack = async (name: string, client: CloudFormationClient): Promise<FoundStack | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const id = stack?.StackId;
    return stack && id !== undefined && stack.StackStatus !== 'DELETE_COMPLETE' ? { ...stack, StackId: id } : undefined;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
};

/** The last one of a name that was deleted; CloudFormation remembers it for 90 days. */
export const findDeletedStack = async (name: string, client: CloudFormationClient): Promise<string | undefined> => {
  for await (const { StackSummaries = [] } of paginateListStacks(
    { client },
    { StackStatusFilter: ['DELETE_COMPLETE'] },
  ))
    for (const { StackName, StackId } of StackSummaries) if (StackName === name) return StackId;
  return undefined;
};

/** The resources that a deleted stack retained. */
export const leftBy = async (stackId: string, client: CloudFormationClient): Promise<StackResource[]> => {
  const left: StackResource[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: stackId }))
    left.push(...StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED'));
  return left;
};

export const resourcesOf = async (stackId: string, client: CloudFormationClient): Promise<StackResource[]> => {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stackId }))
    found.push(...StackResourceSummaries);
  return found;
};

interface Patience {
  readonly client: CloudFormationClient;
  readonly tell: (line: string) => void;
  readonly everyMs: number;
}

const LONGEST_MS = 60 * 60_000;

/** Deletes a stack, its protection first, and waits until it is gone. Throws with what could not be deleted. */
export const deleteStack = async ({ StackId, StackName }: FoundStack, patience: Patience): Promise<void> => {
  const { client, tell, everyMs } = patience;
  tell(`Deleting the stack ${StackName}`);
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  await client.send(new DeleteStackCommand({ StackName: StackId }));
  for (const end = Date.now() + LONGEST_MS; Date.now() < end; await sleep(everyMs)) {
    const status = await statusOf(StackId, client);
    if (status === undefined || status === 'DELETE_COMPLETE') return;
    if (status !== 'DELETE_IN_PROGRESS')
      throw new Error(`The stack ${StackName} is ${status}.\n${await failuresOf(StackId, client)}`);
  }
  throw new Error(`The stack ${StackName} is still being deleted. Look at it in CloudFormation, then run this again.`);
};

const statusOf = async (id: string, client: CloudFormationClient): Promise<string | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: id }));
    return stack?.StackStatus;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
};

/** What CloudFormation says of each resource that it could not delete this time. */
const failuresOf = async (id: string, client: CloudFormationClient): Promise<string> => {
  const lines: string[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: id })) {
    for (const { ResourceStatus = '', ResourceStatusReason = '', LogicalResourceId, ResourceType } of StackEvents) {
      if (ResourceType === 'AWS::CloudFormation::Stack' && ResourceStatus === 'DELETE_IN_PROGRESS')
        return lines.join('\n');
      if (ResourceStatus === 'DELETE_FAILED') lines.push(`  ${LogicalResourceId}: ${ResourceStatusReason}`);
    }
  }
  return lines.join('\n');
};
