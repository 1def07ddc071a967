import { DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import type { Account, DeployedStack } from './account.ts';

/** Deletes a stack that is no longer part of the deployment and waits until it is gone. */
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

const retainedTypes = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket'];

/** Advice on each resource that remains when CDK deletes a stack whose creation failed. */
export const orphanAdvice = async (account: Account, stack: string, cli: string): Promise<string[]> => {
  const resources = await account.resources(stack);
  return resources
    .filter(
      ({ type, id, status }) =>
        retainedTypes.includes(type) && id !== '' && !/^(DELETE_COMPLETE|CREATE_FAILED)$/.test(status),
    )
    .map(({ type, id }) =>
      type === 'AWS::S3::Bucket'
        ? `The bucket ${id} remains. Delete it if it is empty: aws s3 rb s3://${id}${cli}`
        : `The table ${id} remains. Delete it: aws dynamodb update-table --table-name ${id} --no-deletion-protection-enabled${cli} && aws dynamodb delete-table --table-name ${id}${cli}`,
    );
};
