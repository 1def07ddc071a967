import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { allServices } from '../../functions/services.ts';
import { bundleAll } from '../../lib/constructs/functions/bundle.ts';
import type { Template } from '../../lib/deploy/templates/template-changes.ts';
import { zipFiles } from '../../lib/local/dev/function-code.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { readBaseline } from '../../lib/templates/baseline.ts';

const BUCKET = 'last-release';

/** The templates of the last release with this version's code, which reads and writes the same table. */
const withCode = ({ Resources, Parameters: _, Rules: __, ...rest }: Template): string =>
  JSON.stringify({
    ...rest,
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => {
        const { Description } = Object(resource.Properties);
        if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
        const Code = { S3Bucket: BUCKET, S3Key: String(Description).replace(/: .*/, '.zip') };
        return [id, { ...resource, Properties: { ...resource.Properties, Code } }];
      }),
    ),
  });

const codeIn = (folder: string): Promise<Buffer> =>
  zipFiles(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const));

/** Deploys the last release as the stacks of Tributary. */
export const deployLastRelease = async (endpoint: string): Promise<void> => {
  const client = new CloudFormationClient(clientConfig(endpoint));
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const folder = mkdtempSync(join(tmpdir(), 'tributary-upgrade-'));
  for (const name of bundleAll(folder, allServices).keys())
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${name}.zip`, Body: await codeIn(join(folder, name)) }));
  rmSync(folder, { recursive: true });
  const baseline = readBaseline();
  for (const StackName of ['Tributary-Data', 'Tributary-App']) {
    const template = baseline.get(StackName);
    if (!template) throw new Error(`The baseline has no ${StackName}.`);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: StackName, Body: withCode(template) }));
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateURL: `${endpoint}/${BUCKET}/${StackName}`,
        Capabilities: ['CAPABILITY_IAM'],
        EnableTerminationProtection: StackName === 'Tributary-Data',
      }),
    );
    await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  }
};
