import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { deleteBucket, deleteTable, emptyBucket, existing, type Held } from './data.ts';
import { deleteStack, type FoundStack, findDeletedStack, findStack, leftBy, resourcesOf } from './stack.ts';

export interface DestroyOptions {
  /** The deployment, `Shop` of `Shop-Data`. */
  readonly name: string;
  /** The SFTP server alone. */
  readonly onlySftp: boolean;
  /** The table and the buckets too. */
  readonly withData: boolean;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly tell: (line: string) => void;
  /** Asked before anything is deleted: only the very text goes on. */
  readonly ask: (question: string) => Promise<string>;
  /** Between looks at a stack that is being deleted. @default 5 s */
  readonly everyMs?: number;
}

/**
 * Deletes a deployment: without data what runs and costs, which `deploy` brings back; with data everything, for good. The
 * names of the stacks are all that it needs to know, no setting of the deployment. It can be run again after any end.
 */
export const destroy = async ({ name, onlySftp, withData, tell, ask, ...options }: DestroyOptions): Promise<void> => {
  const { region, profile, everyMs = 5_000 } = options;
  const config = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const client = new CloudFormationClient(config);
  const [sftp, app, data] = await Promise.all(
    ['Sftp', 'App', 'Data'].map((part) => findStack(`${name}-${part}`, client)),
  );
  const running = [sftp, onlySftp ? undefined : app].filter((stack) => stack !== undefined);
  const [s3, dynamodb] = [new S3Client(config), new DynamoDBClient(config)];
  const held = withData ? await existing(await heldBy(name, data, client), { s3, dynamodb }) : nothing;
  const isAnythingHeld = held.buckets.length + held.tables.length > 0;
  if (running.length === 0 && !(withData && (data || isAnythingHeld)))
    throw new Error(notFound({ name, onlySftp, data, region: await client.config.region() }));

  const is = { isSftpRunning: sftp !== undefined, isDataThere: data !== undefined };
  tell(planOf({ name, running, withData, held, onlySftp, ...is }));
  if ((await ask(`\nTo go on, type the name of the deployment (${name}): `)) !== name)
    throw new Error('Nothing was deleted.');

  const patience = { client, tell, everyMs };
  // Who writes goes first.
  for (const stack of running) await deleteStack(stack, patience);
  if (!withData) return tell(`\nDeleted. ${onlySftp ? SFTP_COMES_BACK : `Bring it back: npm run deploy`}`);

  // Where the buckets are the stack's to delete, it can't while anything is in them.
  for (const bucket of held.buckets) {
    tell(`Emptying the bucket ${bucket}`);
    await emptyBucket(bucket, s3, tell);
  }
  if (data) await deleteStack(data, patience);
  // The resources that the stack retains. Killed before this, the next run finds them in the stack that was deleted.
  for (const bucket of held.buckets) await deleteBucket(bucket, s3, tell);
  for (const table of held.tables) await deleteTable(table, dynamodb);
  tell(`\nDeleted, with all data. ${LEFT}`);
};

const nothing: Held = { tables: [], buckets: [] };

/** What holds data, in the stack, or left by it when it was deleted. */
const heldBy = async (name: string, data: FoundStack | undefined, client: CloudFormationClient): Promise<Held> => {
  const id = data?.StackId ?? (await findDeletedStack(`${name}-Data`, client));
  if (id === undefined) return nothing;
  const resources = data ? await resourcesOf(id, client) : await leftBy(id, client);
  const of = (type: string) =>
    resources.flatMap(({ ResourceType, PhysicalResourceId: one }) => (ResourceType === type && one ? [one] : []));
  return { tables: of('AWS::DynamoDB::GlobalTable'), buckets: of('AWS::S3::Bucket') };
};

interface Plan {
  readonly name: string;
  readonly running: readonly FoundStack[];
  readonly withData: boolean;
  readonly held: Held;
  readonly onlySftp: boolean;
  readonly isSftpRunning: boolean;
  readonly isDataThere: boolean;
}

const planOf = ({ name, running, withData, held, onlySftp, isSftpRunning, isDataThere }: Plan): string => {
  const deleted = running.map(({ StackName }) => `  the stack ${StackName}`);
  const lost = withData
    ? [
        ...(isDataThere ? [`  the stack ${name}-Data`] : []),
        ...held.tables.map((table) => `  the table ${table}, with every profile, event and consent`),
        ...held.buckets.map((bucket) => `  the bucket ${bucket}, with every version of every file`),
      ]
    : [];
  return [
    'This deletes',
    ...deleted,
    ...lost,
    ...(isSftpRunning ? ['Users of the SFTP server go with it.'] : []),
    withData ? 'FOR GOOD. No command brings the data back.' : onlySftp ? KEPT_BY_SFTP : KEPT,
  ].join('\n');
};

const KEPT =
  'The table, the buckets and the queues stay, and cost what they hold. Until you deploy again the API does not answer, and\nfiles that are dropped wait in the queue, for at most four days. The API gets another address then, unless it has a\ndomain of its own. To delete the data too: --with-data';
const KEPT_BY_SFTP = 'All else stays as it is, and so do the files that were sent.';
const SFTP_COMES_BACK = 'The next deployment with the setting sftp=true brings it back: set it to false.';
const LEFT = `What is left:
  DynamoDB keeps a backup of a table that could be restored to any second for 35 days after it is deleted, at no cost.
  CDK's own stack (CDKToolkit) and the code it keeps are shared with whatever else you deploy by CDK.
  Where mail was sent, SES keeps the identity that you verified.`;

const notFound = ({
  name,
  onlySftp,
  data,
  region,
}: Pick<DestroyOptions, 'name' | 'onlySftp' | 'region'> & { readonly data: FoundStack | undefined }): string => {
  if (onlySftp) return `There is no stack ${name}-Sftp in ${region}.`;
  return data
    ? `Nothing of ${name} runs in ${region}. Its data is in the stack ${name}-Data: --with-data deletes that.`
    : `There is no deployment ${name} in ${region}. Name another by --stack, --region or --profile.`;
};
