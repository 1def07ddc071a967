import { DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import type { Account, DeployedStack } from './account.ts';

/** Removes a stack that is no longer part of the deployment, and waits until it is gone. */
export const removeStack = async (
  { cloudformation }: Account,
  { name: StackName }: Pick<DeployedStack, 'name'>,
): Promise<void> => {
  await cloudformation.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(
    { client: cloudformation, maxWaitTime: 1_800, minDelay: 5, maxDelay: 15 },
    { StackName },
  );
};

const kept = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket'];

/** What a stack whose creation failed leaves in the account when CDK deletes it: with advice on each. */
export const orphanAdvice = async (account: Account, stack: string, cli: string): Promise<string[]> => {
  const resources = await account.resources(stack);
  return resources
    .filter(
      ({ type, id, status }) => kept.includes(type) && id !== '' && !/^(DELETE_COMPLETE|CREATE_FAILED)$/.test(status),
    )
    .map(({ type, id }) =>
      type === 'AWS::S3::Bucket'
        ? `The bucket ${id} stays. Delete it when it is empty: aws s3 rb s3://${id}${cli}`
        : `The table ${id} stays. Delete it: aws dynamodb update-table --table-name ${id} --no-deletion-protection-enabled${cli} && aws dynamodb delete-table --table-name ${id}${cli}`,
    );
};
