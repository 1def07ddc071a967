import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStacks,
  type Stack,
  type StackResourceSummary,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';

type StackResource = Partial<Pick<StackResourceSummary, 'ResourceType' | 'PhysicalResourceId'>>;

export type ExistingStack = Stack & { readonly StackId: string };

/** Finds a stack by name. Returns undefined if it does not exist or is deleted. */
export const findStack = async (name: string, client: CloudFormationClient): Promise<ExistingStack | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const id = stack?.StackId;
    return stack && id !== undefined && stack.StackStatus !== 'DELETE_COMPLETE' ? { ...stack, StackId: id } : undefined;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
};

/** Finds the id of the last deleted stack with a name. CloudFormation lists it for 90 days. */
export const findDeletedStack = async (name: string, client: CloudFormationClient): Promise<string | undefined> => {
  for await (const { StackSummaries = [] } of paginateListStacks(
    { client },
    { StackStatusFilter: ['DELETE_COMPLETE'] },
  ))
    for (const { StackName, StackId } of StackSummaries) if (StackName === name) return StackId;
  return undefined;
};

/** Lists the resources that a deleted stack retained. */
export const retainedBy = async (stackId: string, client: CloudFormationClient): Promise<StackResource[]> => {
  const retained: StackResource[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: stackId }))
    retained.push(...StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED'));
  return retained;
};

interface DeletionOptions {
  readonly client: CloudFormationClient;
  readonly print: (line: string) => void;
  readonly pollMs: number;
}

const MAX_WAIT_MS = 60 * 60_000;

/** Removes the protection of a stack, deletes it and waits. The error lists resources that could not be deleted. */
export const deleteStack = async ({ StackId, StackName }: ExistingStack, options: DeletionOptions): Promise<void> => {
  const { client, print, pollMs } = options;
  print(`Deleting the stack ${StackName}`);
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  await client.send(new DeleteStackCommand({ StackName: StackId }));
  for (const end = Date.now() + MAX_WAIT_MS; Date.now() < end; await sleep(pollMs)) {
    const status = await statusOf(StackId, client);
    if (status === undefined || status === 'DELETE_COMPLETE') return;
    if (status !== 'DELETE_IN_PROGRESS')
      throw new Error(`The stack ${StackName} is ${status}.\n${await failuresOf(StackId, client)}`);
  }
  throw new Error(
    `The stack ${StackName} is still being deleted after an hour. Look at it in the CloudFormation console, then run this command again.`,
  );
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

/** The reasons why CloudFormation could not delete resources in its last attempt. */
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
