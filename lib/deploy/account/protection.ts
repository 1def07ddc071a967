import {
  GetStackPolicyCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DELETION_PROTECTION } from '../../resources/table.ts';
import type { Account } from './account.ts';

const allowAll = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' };
const dataTypes = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket'];

/** CloudFormation refuses every update that would replace or remove what holds data, whoever's command it is. */
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

/** For `cdk deploy`, of a data stack that stands. */
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

/** A policy can't be taken away: it is set to one that allows everything. */
export const allowDataLoss = async ({ cloudformation }: Account, StackName: string): Promise<void> => {
  const { StackPolicyBody } = await cloudformation.send(new GetStackPolicyCommand({ StackName }));
  if (StackPolicyBody === undefined) return;
  const StackPolicy = JSON.stringify({ Statement: [allowAll] });
  await cloudformation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: StackPolicy }));
};
