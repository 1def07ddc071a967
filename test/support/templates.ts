import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';
import { makeApp } from '../../lib/stacks/app.ts';

/** Every setting that adds something, with the longest name. */
export const everyOption = {
  name: `T${'x'.repeat(39)}`,
  sftp: 'true',
  mailFrom: 'news@shop.example',
  alarmEmail: 'ops@example.com',
  domainName: 'in.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000',
  publicUrl: 'https://in.example.com',
  eventRetentionDays: '365',
  archiveRetentionDays: '730',
  erasureSettleMinutes: '1500',
} as const;

const Properties = v.record(v.string(), v.any());
const Resources = v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(Properties, {}) }));

export interface Resource {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates hold properties of every shape
  readonly properties: Readonly<Record<string, any>>;
}

/** The last few, by their arguments: it takes most of a second, and many files look at the same stacks. */
const synthesized = new Map<string, ReturnType<typeof synthesizeOf>>();
const MOST_KEPT = 4;

/** The stacks as `cdk deploy` hands them over, without the functions' code. */
export const synthesize = (
  context: Readonly<Record<string, string>> = {},
  /** @default - all of them */
  names: readonly string[] = allServices.map(({ name }) => name),
) => {
  const key = JSON.stringify([Object.entries(context).toSorted(), names]);
  const made =
    synthesized.get(key) ??
    synthesizeOf(
      allServices.filter(({ name }) => names.includes(name)),
      context,
    );
  synthesized.delete(key);
  synthesized.set(key, made);
  for (const oldest of [...synthesized.keys()].slice(0, -MOST_KEPT)) synthesized.delete(oldest);
  return made;
};

/** Of any services, with what a deployment of them has. */
export const synthesizeOf = (
  deployed: readonly ServiceDeclaration[],
  context: Readonly<Record<string, string>> = {},
) => {
  const { app, data, service, sftp } = makeApp(deployed, { context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const stacks = [data, service, service.monitoring, ...(sftp ? [sftp] : [])];
  const templates = stacks.map((stack) => ({ name: nameOf(stack), json: Template.fromStack(stack).toJSON() }));
  let all: readonly Resource[] | undefined;
  const resources = (): readonly Resource[] => (all ??= resourcesIn(templates));
  return {
    app,
    data,
    service,
    sftp,
    templates,
    get all() {
      return resources();
    },
    ofType: (type: string) => resources().filter((one) => one.type === type),
  };
};

type Templates = readonly { readonly json: Readonly<Record<string, unknown>> }[];

/** The resources of all templates, with the parameters of nested ones filled in. */
const resourcesIn = (templates: Templates): readonly Resource[] => {
  const given = Object.assign(
    {},
    ...templates.flatMap(({ json }) =>
      Object.values(v.parse(Resources, json.Resources)).map(({ Type, Properties }) =>
        Type === 'AWS::CloudFormation::Stack' ? Properties.Parameters : {},
      ),
    ),
  );
  return templates.flatMap(({ json }) =>
    Object.entries(v.parse(Resources, json.Resources ?? {})).map(([id, { Type: type, Properties: properties }]) => ({
      id,
      type,
      properties: v.parse(Properties, withParameters(properties, given)),
    })),
  );
};

/** A nested stack's name is known to CloudFormation only. */
const nameOf = (stack: Stack): string =>
  stack.nestedStackParent ? stack.node.path.replaceAll('/', '-') : stack.stackName;

/** A part of a nested template, with what the parent hands over in place of its parameters. */
const withParameters = (value: unknown, given: Readonly<Record<string, unknown>>): unknown => {
  if (Array.isArray(value)) return value.map((one) => withParameters(one, given));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: name } = v.parse(v.object({ Ref: v.optional(v.string()) }), value);
  if (name !== undefined && name in given) return given[name];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withParameters(one, given)]));
};

/** As text, with the longest value that could stand where the deployment fills one in. */
export const resolved = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, of] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && name === 'Fn::Join' && Array.isArray(of))
    return of[1].map((part: unknown) => String(resolved(part))).join(of[0]);
  if (others.length === 0 && name === 'Ref') return pseudo[String(of)] ?? 'r'.repeat(LONGEST_NAME);
  if (others.length === 0 && /^Fn::(GetAtt|ImportValue|GetStackOutput)$/.test(name)) return LONGEST_ARN;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
};

/** Of a bucket; physical names that CloudFormation makes up have at most as many. */
const LONGEST_NAME = 63;
const LONGEST_ARN = `arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/${'r'.repeat(LONGEST_NAME)}`;
const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-2',
  'AWS::URLSuffix': 'amazonaws.com.cn',
};
