import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Advice } from '../../admin/cli/advice.ts';
import { openTarget, type Target, type TargetOptions } from '../../admin/deployment/target.ts';
import { listStackResources, nestedIn } from '../../cloudformation/resources.ts';
import { readStack, stackFile } from '../../local/stack/stack-file.ts';
import { clientConfig } from '../../process/environment.ts';

export interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

export interface StackFound {
  readonly name: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResource[];
}

export type Clients = ReturnType<typeof openClients>;

/** A deployment from outside: its stacks, and clients with the caller's own credentials. */
export interface Deployment {
  readonly name: string;
  readonly isLocal: boolean;
  readonly target: Target;
  readonly apiUrl: string;
  readonly stacks: readonly StackFound[];
  readonly clients: Clients;
}

export const openDeployment = async (options: TargetOptions): Promise<Deployment> => {
  const target = await openTarget(options);
  const { localEndpoint } = target;
  const isLocal = localEndpoint !== undefined;
  const name = options.stack ?? 'Tributary';
  const clients = openClients(
    isLocal ? clientConfig(localEndpoint) : { ...(options.region !== undefined && { region: options.region }) },
    isLocal,
  );
  const stacks = [
    ...(await findStacks(clients.cloudFormation, `${name}-Data`)),
    ...(await findStacks(clients.cloudFormation, `${name}-App`)),
  ];
  const local = isLocal ? readStack(options.stackFile ?? stackFile) : undefined;
  const apiUrl = local?.apiUrl ?? stacks.find((stack) => stack.name === `${name}-App`)?.outputs.ApiUrl;
  if (apiUrl === undefined) throw new Advice(`The stack ${name}-App has no output ApiUrl. Is it one of Tributary's?`);
  return { name, isLocal, target, apiUrl: apiUrl.replace(/\/$/, ''), stacks, clients };
};

const openClients = (connection: { readonly endpoint?: string; readonly region?: string }, isLocal: boolean) => ({
  cloudFormation: new CloudFormationClient(connection),
  lambda: new LambdaClient(connection),
  events: new EventBridgeClient(connection),
  s3: new S3Client({ ...connection, forcePathStyle: isLocal }),
  sqs: new SQSClient(connection),
  metrics: new CloudWatchClient(connection),
  logs: new CloudWatchLogsClient(connection),
  athena: new AthenaClient(connection),
  costs: new CostExplorerClient(connection),
});

/** A stack, and those that it nests. */
const findStacks = async (client: CloudFormationClient, StackName: string): Promise<StackFound[]> => {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const [stack] = Stacks;
  const listed = await listStackResources(StackName, client);
  const resources = listed.map(({ ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' }) => ({
    type: ResourceType,
    logicalId: LogicalResourceId,
    physicalId: PhysicalResourceId,
  }));
  const outputs = (stack?.Outputs ?? []).map(
    ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
  );
  const nested = await Promise.all(nestedIn(listed).map((name) => findStacks(client, name)));
  const { StackName: name = StackName, StackStatus: status = '' } = stack ?? {};
  return [{ name, status, outputs: Object.fromEntries(outputs), resources }, ...nested.flat()];
};

/** All resources of a type in all stacks. */
export const resourcesOf = ({ stacks }: Pick<Deployment, 'stacks'>, type: string): readonly StackResource[] =>
  stacks.flatMap(({ resources }) => resources.filter((one) => one.type === type));

/** An output of any stack. A deployment without it is older than this script. */
export const outputOf = ({ stacks }: Pick<Deployment, 'stacks'>, name: string): string => {
  const value = stacks.map(({ outputs }) => outputs[name]).find((one) => one !== undefined);
  if (value !== undefined) return value;
  throw new Advice(`No stack has the output ${name}. Deploy the version that this script belongs to.`);
};
