import {
  GetStackPolicyCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DELETION_PROTECTION } from '../../resources/table.ts';
import type { Account } from './account.ts';

const allowAll = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' };
const dataTypes = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket'];

/** Makes CloudFormation refuse every update that would replace or remove a table or bucket. */
export const strictPolicy = {
  Statement: [
    allowAll,
    {
      Effect: 'Deny',
      Action: ['Update:Replace', 'Update:Delete'],
      Principal: '*',
      Resource: '*',
      Condition: { StringEquals: { ResourceType: dataTypes } },
    },
  ],
};

/** Options of `cdk deploy` for an existing data stack. */
export const protectionParameter = (stack: string): string[] => ['--parameters', `${stack}:${DELETION_PROTECTION}=on`];

export const setTerminationProtection = async (
  { cloudformation }: Account,
  StackName: string,
  EnableTerminationProtection: boolean,
): Promise<void> => {
  await cloudformation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
};

export const denyDataLoss = async ({ cloudformation }: Account, StackName: string): Promise<void> => {
  await cloudformation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify(strictPolicy) }));
};

/** Allows everything by a new policy: a stack policy cannot be removed. */
export const allowDataLoss = async ({ cloudformation }: Account, StackName: string): Promise<void> => {
  const { StackPolicyBody } = await cloudformation.send(new GetStackPolicyCommand({ StackName }));
  if (StackPolicyBody === undefined) return;
  const StackPolicy = JSON.stringify({ Statement: [allowAll] });
  await cloudformation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: StackPolicy }));
};
