import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as v from 'valibot';
import { type Env, readEnv } from '../../../functions/platform/resources/env.ts';
import { openServices, type Services } from '../../../functions/platform/resources/services.ts';
import { stackFile } from '../../local/stack/stack-file.ts';
import { clientConfig } from '../../process/environment.ts';
import { Advice } from '../cli/advice.ts';
import { openSftpServer, type SftpServer } from './sftp-server.ts';

export interface TargetOptions {
  readonly local?: boolean;
  readonly stack?: string;
  readonly region?: string;
  readonly stackFile?: string;
}

/** `services` sends to the queue of imports, each of the others to that of its service. */
export type QueueServices = ReturnType<typeof servicesOf>;

export interface Target extends QueueServices {
  /** The name of who runs commands: of the user of this machine, or the ARN of the AWS identity. */
  readonly operator: () => Promise<string>;
  /** Names the deployment for people. */
  readonly where: string;
  /** The endpoint of the local cloud. */
  readonly localEndpoint?: string;
  readonly importsBucket: string;
  /** Throws if the deployment has no SFTP server. */
  readonly sftp: () => Promise<ReturnType<typeof openSftpServer>>;
}

/** Opens the local cloud of this checkout. It opens AWS only if a stack or region is named, and so not by accident. */
export const openTarget = async (options: TargetOptions, defaultFile: string = stackFile): Promise<Target> => {
  const { local = false, stack, region, stackFile: file } = options;
  const isAws = stack !== undefined || region !== undefined;
  if (local && isAws) throw new Advice('Use --local without --stack and --region, which are for AWS.');
  if (file !== undefined && isAws)
    throw new Advice('Use --stack-file, which is for a local cloud, without --stack and --region, which are for AWS.');
  if (local || file !== undefined || (!isAws && existsSync(defaultFile))) return openLocal(file ?? defaultFile);
  if (isAws) return openAws(options);
  throw new Advice(
    'No local cloud of this checkout is running, and no deployment on AWS is named. Start a local cloud with `npm start`, or add --stack Tributary, and --region if your profile has none.',
  );
};

/** The members that commands use. */
const LocalStack = v.object({
  awsEndpoint: v.string(),
  tableName: v.string(),
  importsBucket: v.optional(v.string(), ''),
  importsQueueUrl: v.optional(v.string()),
  archiveBucket: v.optional(v.string()),
  sftp: v.optional(
    v.object({ serverId: v.string(), userRole: v.string(), host: v.string(), port: v.optional(v.number()) }),
  ),
});

const openLocal = async (file: string): Promise<Target> => {
  if (!existsSync(file))
    throw new Advice(`No local cloud is running: ${file} is missing. Start one with \`npm start\`.`);
  const { success, output } = v.safeParse(LocalStack, readJson(file));
  if (!success) throw new Advice(`${file} is not a file that \`npm start\` writes. Start the local cloud again.`);
  const { awsEndpoint, tableName, importsBucket, importsQueueUrl, archiveBucket, sftp } = output;
  const config = clientConfig(awsEndpoint);
  const outputs = await dataOutputsOf(new CloudFormationClient(config), DEFAULT_NAME).catch((): DataOutputs => ({}));
  return {
    operator: async () => userInfo().username,
    where: `the local cloud at ${awsEndpoint}`,
    localEndpoint: awsEndpoint,
    importsBucket,
    sftp: async () => {
      if (!sftp) throw new Advice('This local cloud has no SFTP server. Start it with: npm start -- --sftp');
      return openSftpServer(sftp, importsBucket, config);
    },
    ...servicesOf(
      {
        ...outputs,
        TableName: tableName,
        ImportsBucket: importsBucket,
        ImportsQueueUrl: importsQueueUrl ?? outputs.ImportsQueueUrl,
        ArchiveBucket: archiveBucket ?? outputs.ArchiveBucket,
      },
      'path',
      config,
    ),
  };
};

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

const DEFAULT_NAME = 'Tributary';

/** Uses the default credential chain: environment, profile, single sign-on, instance role. */
const openAws = async ({ stack = DEFAULT_NAME, region }: TargetOptions): Promise<Target> => {
  const connection = region === undefined ? {} : { region };
  const client = new CloudFormationClient(connection);
  const data = await stackOf(client, `${stack}-Data`);
  const outputs = v.parse(DataOutputs, outputsIn(data));
  const [, , , , awsAccount = ''] = data?.StackId?.split(':') ?? [];
  const { ImportsBucket = '' } = outputs;
  if (!outputs.TableName || !outputs.ImportsBucket) {
    throw new Advice(
      `The stack ${stack}-Data lacks the outputs TableName and ImportsBucket. Is it a stack of Tributary?`,
    );
  }
  return {
    operator: async () =>
      (await new STSClient(connection).send(new GetCallerIdentityCommand({}))).Arn ?? userInfo().username,
    where: `${stack} in ${await client.config.region()}, AWS account ${awsAccount}`,
    importsBucket: outputs.ImportsBucket,
    sftp: async () => {
      const outputs = await outputsOf(client, `${stack}-Sftp`).catch(() => ({}));
      const { success, output } = v.safeParse(SftpOutputs, outputs);
      if (success) return openSftpServer(output, ImportsBucket, connection);
      throw new Advice(
        `${stack} has no SFTP server. Deploy one: npm run deploy -- -c sftp=true (AWS charges $0.30 an hour for it).`,
      );
    },
    ...servicesOf({ ...outputs, TableName: outputs.TableName }, 'host', connection),
  };
};

const DataOutputs = v.object({
  TableName: v.optional(v.string()),
  ImportsBucket: v.optional(v.string()),
  ImportsQueueUrl: v.optional(v.string()),
  PrivacyQueueUrl: v.optional(v.string()),
  ProfilesQueueUrl: v.optional(v.string()),
  ConsentQueueUrl: v.optional(v.string()),
  ListsQueueUrl: v.optional(v.string()),
  WebhooksQueueUrl: v.optional(v.string()),
  FeedsQueueUrl: v.optional(v.string()),
  CatalogQueueUrl: v.optional(v.string()),
  ArchiveBucket: v.optional(v.string()),
});
type DataOutputs = v.InferOutput<typeof DataOutputs>;

const SftpOutputs = v.pipe(
  v.object({ SftpServerId: v.string(), SftpUserRole: v.string(), SftpHost: v.string() }),
  v.transform(
    ({ SftpServerId, SftpUserRole, SftpHost }): SftpServer => ({
      serverId: SftpServerId,
      userRole: SftpUserRole,
      host: SftpHost,
    }),
  ),
);

const stackOf = async (client: CloudFormationClient, StackName: string): Promise<Stack | undefined> =>
  (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

const outputsIn = (stack: Stack | undefined): object =>
  Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));

const outputsOf = async (client: CloudFormationClient, name: string): Promise<object> =>
  outputsIn(await stackOf(client, name));

const dataOutputsOf = async (client: CloudFormationClient, name: string): Promise<DataOutputs> =>
  v.parse(DataOutputs, await outputsOf(client, `${name}-Data`));

const servicesOf = (
  outputs: DataOutputs & { readonly TableName: string },
  addressing: Env['S3_ADDRESSING'],
  connection: Parameters<typeof openServices>[1],
) => {
  const { TableName, ImportsBucket, ArchiveBucket } = outputs;
  const withQueue = (url: string | undefined): Services =>
    openServices(
      readEnv({
        TABLE_NAME: TableName,
        LOG_LEVEL: 'error',
        S3_ADDRESSING: addressing,
        ...(ImportsBucket && { IMPORTS_BUCKET: ImportsBucket }),
        ...(url && { QUEUE_URL: url }),
        ...(ArchiveBucket && { ARCHIVE_BUCKET: ArchiveBucket }),
      }),
      connection,
    );
  return {
    services: withQueue(outputs.ImportsQueueUrl),
    privacy: withQueue(outputs.PrivacyQueueUrl),
    profiles: withQueue(outputs.ProfilesQueueUrl),
    consent: withQueue(outputs.ConsentQueueUrl),
    lists: withQueue(outputs.ListsQueueUrl),
    webhooks: withQueue(outputs.WebhooksQueueUrl),
    feeds: withQueue(outputs.FeedsQueueUrl),
    catalog: withQueue(outputs.CatalogQueueUrl),
  };
};
