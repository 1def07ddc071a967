import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { listStackResources } from '../cloudformation/resources.ts';
import { type DataStores, deleteBucket, deleteTable, emptyBucket, existingStores } from './data.ts';
import { deleteStack, type ExistingStack, findDeletedStack, findStack, retainedBy } from './stack.ts';

export interface DestroyOptions {
  /** The deployment, `Shop` of `Shop-Data`. */
  readonly name: string;
  /** Deletes only the SFTP server. */
  readonly onlySftp: boolean;
  /** Deletes the table and the buckets too. */
  readonly withData: boolean;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly print: (line: string) => void;
  /** Asks for the name of the deployment. Any other answer ends the command. */
  readonly ask: (question: string) => Promise<string>;
  /** The interval between polls of a stack's status. @default 5 s */
  readonly pollMs?: number;
}

/**
 * Deletes a deployment. Without data it deletes what runs, which `deploy` makes again. With data it deletes everything
 * permanently. It needs only the names of the stacks, and can be run again after an interruption.
 */
export const destroy = async ({ name, onlySftp, withData, print, ask, ...options }: DestroyOptions): Promise<void> => {
  const { region, profile, pollMs = 5_000 } = options;
  const config = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const client = new CloudFormationClient(config);
  const [sftp, app, data] = await Promise.all(
    ['Sftp', 'App', 'Data'].map((part) => findStack(`${name}-${part}`, client)),
  );
  const running = [sftp, onlySftp ? undefined : app].filter((stack) => stack !== undefined);
  const [s3, dynamodb] = [new S3Client(config), new DynamoDBClient(config)];
  const stores = withData ? await existingStores(await storesOf(name, data, client), { s3, dynamodb }) : noStores;
  const hasStores = stores.buckets.length + stores.tables.length > 0;
  if (running.length === 0 && !(withData && (data || hasStores)))
    throw new Error(notFound({ name, onlySftp, data, region: await client.config.region() }));

  const state = { hasSftp: sftp !== undefined, hasDataStack: data !== undefined };
  print(planOf({ name, running, withData, stores, onlySftp, ...state }));
  if ((await ask(`\nTo continue, type the name of the deployment (${name}): `)) !== name)
    throw new Error('Nothing was deleted.');

  const deletion = { client, print, pollMs };
  // The stacks that write to the data go first.
  for (const stack of running) await deleteStack(stack, deletion);
  if (!withData) return print(`\nDeleted. ${onlySftp ? SFTP_COMES_BACK : `Deploy it again: npm run deploy`}`);

  // CloudFormation cannot delete a bucket that has objects.
  for (const bucket of stores.buckets) {
    print(`Emptying the bucket ${bucket}`);
    await emptyBucket(bucket, s3, print);
  }
  if (data) await deleteStack(data, deletion);
  // The stack retains these. After an interruption, the next run finds them in the deleted stack.
  for (const bucket of stores.buckets) await deleteBucket(bucket, s3, print);
  for (const table of stores.tables) await deleteTable(table, dynamodb);
  print(`\nDeleted, with all data. ${REMAINING}`);
};

const noStores: DataStores = { tables: [], buckets: [] };

/** The tables and buckets of the data stack, or those that it retained when it was deleted. */
const storesOf = async (
  name: string,
  data: ExistingStack | undefined,
  client: CloudFormationClient,
): Promise<DataStores> => {
  const id = data?.StackId ?? (await findDeletedStack(`${name}-Data`, client));
  if (id === undefined) return noStores;
  const resources = data ? await listStackResources(id, client) : await retainedBy(id, client);
  const idsOf = (type: string) =>
    resources.flatMap(({ ResourceType, PhysicalResourceId: id }) => (ResourceType === type && id ? [id] : []));
  return { tables: idsOf('AWS::DynamoDB::GlobalTable'), buckets: idsOf('AWS::S3::Bucket') };
};

interface Plan {
  readonly name: string;
  readonly running: readonly ExistingStack[];
  readonly withData: boolean;
  readonly stores: DataStores;
  readonly onlySftp: boolean;
  readonly hasSftp: boolean;
  readonly hasDataStack: boolean;
}

const planOf = ({ name, running, withData, stores, onlySftp, hasSftp, hasDataStack }: Plan): string => {
  const deleted = running.map(({ StackName }) => `  the stack ${StackName}`);
  const lostData = withData
    ? [
        ...(hasDataStack ? [`  the stack ${name}-Data`] : []),
        ...stores.tables.map((table) => `  the table ${table}, with every profile, event and consent`),
        ...stores.buckets.map((bucket) => `  the bucket ${bucket}, with every version of every file`),
      ]
    : [];
  return [
    'This deletes',
    ...deleted,
    ...lostData,
    ...(hasSftp ? ['The users of the SFTP server are deleted with it.'] : []),
    withData ? 'PERMANENTLY. No command restores the data.' : onlySftp ? WHAT_STAYS_WITHOUT_SFTP : WHAT_STAYS,
  ].join('\n');
};

const WHAT_STAYS =
  'The table, the buckets and the queues stay, and AWS charges for their storage. Until you deploy again, the API does not\nanswer, and new files wait in the queue for at most four days. The next deployment has another API address, unless it has\na custom domain. To delete the data too, add --with-data.';
const WHAT_STAYS_WITHOUT_SFTP = 'Everything else stays, with all uploaded files.';
const SFTP_COMES_BACK = 'The next deployment makes it again, unless you set sftp=false.';
const REMAINING = `What remains:
  DynamoDB keeps a backup of a deleted table with point-in-time recovery for 35 days, at no cost.
  The stack CDKToolkit with its code assets stays: your other CDK apps may use it.
  SES keeps the identity that you verified to send mail.`;

const notFound = ({
  name,
  onlySftp,
  data,
  region,
}: Pick<DestroyOptions, 'name' | 'onlySftp' | 'region'> & { readonly data: ExistingStack | undefined }): string => {
  if (onlySftp) return `There is no stack ${name}-Sftp in ${region}.`;
  return data
    ? `${name} does not run in ${region}. Its data is in the stack ${name}-Data. To delete it, add --with-data.`
    : `There is no deployment ${name} in ${region}. Choose another with --stack, --region or --profile.`;
};
