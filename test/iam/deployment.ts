import { readFileSync, writeFileSync } from 'node:fs';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
} from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import { listStackResources, nestedIn } from '../../lib/cloudformation/resources.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { deploymentFile } from './recording.ts';

const Resource = v.looseObject({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) });

const Deployment = v.object({
  stacks: v.array(
    v.object({
      name: v.string(),
      resources: v.record(v.string(), Resource),
      outputs: v.record(v.string(), v.looseObject({ Value: v.unknown() })),
      /** The physical name of each resource by its logical id, and the values of parameters. */
      physical: v.record(v.string(), v.string()),
    }),
  ),
  exports: v.record(v.string(), v.string()),
});
export type Deployment = v.InferOutput<typeof Deployment>;
export type Stack = Deployment['stacks'][number];

const Template = v.object({
  Resources: v.record(v.string(), Resource),
  Outputs: v.optional(v.record(v.string(), v.looseObject({ Value: v.unknown() })), {}),
});

/** The deployed templates, also those of nested stacks, and the names of their resources. */
export const describeDeployment = async (endpoint: string, names: readonly string[]): Promise<Deployment> => {
  const client = new CloudFormationClient(clientConfig(endpoint));
  const stacks = [];
  const left = [...names];
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: name }));
    const { Resources: resources, Outputs: outputs } = v.parse(Template, JSON.parse(TemplateBody));
    const physical: Record<string, string> = {};
    const listed = await listStackResources(name, client);
    for (const { LogicalResourceId: id = '', PhysicalResourceId = '' } of listed) physical[id] = PhysicalResourceId;
    left.push(...nestedIn(listed));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    for (const { ParameterKey = '', ParameterValue = '' } of Stacks[0]?.Parameters ?? [])
      physical[ParameterKey] = ParameterValue;
    stacks.push({ name, resources, outputs, physical });
  }
  const { Exports = [] } = await client.send(new ListExportsCommand({}));
  return { stacks, exports: Object.fromEntries(Exports.map(({ Name = '', Value = '' }) => [Name, Value])) };
};

export const writeDeployment = (deployment: Deployment, project: string): void =>
  writeFileSync(deploymentFile(project), JSON.stringify(deployment));

export const readDeployment = (project: string): Deployment =>
  v.parse(Deployment, JSON.parse(readFileSync(deploymentFile(project), 'utf8')));
