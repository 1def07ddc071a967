import * as v from 'valibot';
import type { Deployment, Stack } from './deployment.ts';
import { arnOf } from './map/request.ts';

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
};

const Join = v.tuple([v.string(), v.array(v.unknown())]);
const GetAtt = v.union([
  v.tuple([v.string(), v.string()]),
  v.pipe(
    v.string(),
    v.transform((text) => text.split('.')),
    v.tuple([v.string(), v.string()]),
  ),
]);
const GetStackOutput = v.object({ StackName: v.string(), OutputName: v.string() });

/** A part of a template with resolved intrinsic functions, as in CloudFormation. */
export const resolve = (value: unknown, stack: Stack, all: Deployment): unknown => {
  if (Array.isArray(value)) return value.map((one) => resolve(one, stack, all));
  if (typeof value !== 'object' || value === null) return value;
  const [[name = '', argument] = [], ...more] = Object.entries(value);
  if (more.length > 0 || !(name === 'Ref' || name.startsWith('Fn::')))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, stack, all)]));
  switch (name) {
    case 'Ref':
      return refIn(stack, v.parse(v.string(), argument));
    case 'Fn::GetAtt': {
      const [id, attribute] = v.parse(GetAtt, argument);
      return attributeOf(stack, id, attribute);
    }
    case 'Fn::Join': {
      const [separator, parts] = v.parse(Join, argument);
      return parts.map((part) => textOf(part, stack, all)).join(separator);
    }
    case 'Fn::Sub':
      return v.parse(v.string(), argument).replaceAll(/\$\{([^}]+)\}/g, (_, id: string) => refIn(stack, id));
    case 'Fn::ImportValue': {
      const wanted = textOf(argument, stack, all);
      const found = all.exports[wanted];
      if (found === undefined) throw new Error(`Nothing is exported as ${wanted}.`);
      return found;
    }
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = v.parse(GetStackOutput, resolve(argument, stack, all));
      const other = all.stacks.find(({ name }) => name === StackName);
      const output = other?.outputs[OutputName];
      if (!other || !output) throw new Error(`${StackName} has no output ${OutputName}.`);
      return resolve(output.Value, other, all);
    }
    default:
      throw new Error(`Nothing says how ${name} is worked out.`);
  }
};

const textOf = (value: unknown, stack: Stack, all: Deployment): string =>
  v.parse(v.string(), resolve(value, stack, all));

const refIn = (stack: Stack, id: string): string => {
  if (id === 'AWS::StackName') return stack.name;
  const found = pseudo[id] ?? stack.physical[id];
  if (found === undefined) throw new Error(`${stack.name} has no ${id}.`);
  return found;
};

/** ARNs follow from names by each service's own rule. */
const attributeOf = (stack: Stack, id: string, attribute: string): string => {
  const type = stack.resources[id]?.Type ?? '';
  const name = refIn(stack, id);
  const last = name.split('/').at(-1) ?? '';
  switch (`${type} ${attribute}`) {
    case 'AWS::DynamoDB::GlobalTable Arn':
      return arnOf('dynamodb', `table/${name}`);
    case 'AWS::DynamoDB::GlobalTable StreamArn':
      return arnOf('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`);
    case 'AWS::S3::Bucket Arn':
      return `arn:aws:s3:::${name}`;
    case 'AWS::SQS::Queue Arn':
      return arnOf('sqs', last);
    case 'AWS::SQS::Queue QueueName':
      return last;
    case 'AWS::Logs::LogGroup Arn':
      return arnOf('logs', `log-group:${name}:*`);
    case 'AWS::IAM::Role Arn':
      return `arn:aws:iam::${pseudo['AWS::AccountId']}:role/${name}`;
    case 'AWS::Events::Rule Arn':
      return arnOf('events', `rule/${last.split('|').at(-1)}`);
    case 'AWS::Lambda::Function Arn':
      return arnOf('lambda', `function:${name}`);
    case 'AWS::CloudWatch::Alarm Arn':
      return arnOf('cloudwatch', `alarm:${name}`);
    case 'AWS::Scheduler::ScheduleGroup Arn':
      return arnOf('scheduler', `schedule-group/${name}`);
    default:
      throw new Error(`Nothing says what ${attribute} of a ${type} is.`);
  }
};
