import { CloudFormationClient, DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as v from 'valibot';
import { listStackResources } from '../../cloudformation/resources.ts';
import { type SettingTexts, settingsParameter } from '../../settings/settings.ts';
import { readTemplate, type Template } from '../templates/template-changes.ts';

export interface Connection {
  readonly profile: string | undefined;
  readonly region: string | undefined;
}

export interface DeployedStack {
  readonly name: string;
  readonly status: string;
  readonly isTerminationProtected: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Opens what a deployment reads and changes in the AWS account without CDK. */
export const openAccount = async ({ profile, region }: Connection) => {
  const config = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const cloudformation = new CloudFormationClient(config);
  const dynamo = new DynamoDBClient(config);
  const ssm = new SSMClient(config);
  const lambda = new LambdaClient(config);

  return {
    cloudformation,
    dynamo,
    region: await cloudformation.config.region(),

    ...openStacks(cloudformation),

    /** The settings of the last deployment, if it stored any. */
    async settings(name: string): Promise<SettingTexts | undefined> {
      const text = await readParameter(ssm, settingsParameter(name));
      return text === undefined ? undefined : v.parse(v.record(v.string(), v.string()), JSON.parse(text));
    },

    isBootstrapped: async (): Promise<boolean> =>
      (await readParameter(ssm, '/cdk-bootstrap/hnb659fds/version')) !== undefined,

    /** The concurrency that functions without reserved concurrency share. */
    async unreservedConcurrency(): Promise<number | undefined> {
      try {
        const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand());
        return AccountLimit?.UnreservedConcurrentExecutions;
      } catch (error) {
        if (isDenied(error)) return undefined;
        throw error;
      }
    },
  };
};
export type Account = Awaited<ReturnType<typeof openAccount>>;

export const openStacks = (cloudformation: CloudFormationClient) => ({
  async stack(StackName: string): Promise<DeployedStack | undefined> {
    try {
      const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
      if (!stack) return undefined;
      const { StackStatus: status = '', EnableTerminationProtection: isTerminationProtected = false } = stack;
      const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
      return { name: StackName, status, isTerminationProtected, outputs: Object.fromEntries(outputs) };
    } catch (error) {
      if (isNamed(error, 'ValidationError') && /does not exist/.test(messageOf(error))) return undefined;
      throw error;
    }
  },

  /** The deployed template. Returns undefined if it is not JSON. */
  async template(StackName: string): Promise<Template | undefined> {
    const { TemplateBody = '' } = await cloudformation.send(
      new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
    );
    return readTemplate(TemplateBody);
  },

  /** The resources of a stack and their states. */
  async resources(StackName: string) {
    const resources = await listStackResources(StackName, cloudformation);
    return resources.map(({ ResourceType = '', PhysicalResourceId = '', ResourceStatus = '' }) => ({
      type: ResourceType,
      id: PhysicalResourceId,
      status: String(ResourceStatus),
    }));
  },
});

const readParameter = async (ssm: SSMClient, Name: string): Promise<string | undefined> => {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return Parameter?.Value;
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return undefined;
    throw error;
  }
};

export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
export const isDenied = (error: unknown): boolean => error instanceof Error && /AccessDenied/.test(error.name);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');
