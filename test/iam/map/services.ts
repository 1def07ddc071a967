import * as v from 'valibot';
import { dynamodb } from './dynamodb.ts';
import { type Authorized, arnOf, type IamRequest, type WireCall } from './request.ts';
import { s3 } from './s3.ts';

/** The IAM checks of a call. Throws for an unlisted call, so that no new one is missed. */
export const authorized = (service: string, call: WireCall): Authorized => {
  switch (service) {
    case 'dynamodb':
      return dynamodb(call);
    case 's3':
      return s3(call);
    case 'sqs':
      return sqs(call);
    case 'ses':
      return ses(call);
    case 'scheduler':
      return scheduler(call);
    default:
      throw new Error(`Nothing says what ${service} asks IAM: ${call.method} ${call.url.pathname}`);
  }
};

const QueueCall = v.object({ QueueUrl: v.string() });

const sqs = ({ headers, body }: WireCall): Authorized => {
  const operation = (headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  const { QueueUrl } = v.parse(QueueCall, JSON.parse(body));
  // A batch of messages requires the same.
  const action = operation.replace(/Batch$/, '');
  const queue = arnOf('sqs', QueueUrl.split('/').at(-1) ?? '');
  return {
    operation,
    requests: [{ action: `sqs:${action}`, resource: queue, context: { 'aws:SecureTransport': 'true' } }],
  };
};

const Mail = v.object({
  FromEmailAddress: v.string(),
  ConfigurationSetName: v.optional(v.string()),
  Destination: v.object({
    ToAddresses: v.optional(v.array(v.string()), []),
    CcAddresses: v.optional(v.array(v.string()), []),
    BccAddresses: v.optional(v.array(v.string()), []),
  }),
});

const ses = ({ method, url, body }: WireCall): Authorized => {
  if (method !== 'POST' || url.pathname !== '/v2/email/outbound-emails')
    throw new Error(`Nothing says what ses ${method} ${url.pathname} asks IAM.`);
  const { FromEmailAddress, ConfigurationSetName, Destination } = v.parse(Mail, JSON.parse(body));
  const { ToAddresses, CcAddresses, BccAddresses } = Destination;
  const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  const context = {
    'ses:ApiVersion': '2',
    'ses:FromAddress': FromEmailAddress,
    'ses:Recipients': recipients,
  };
  // In the sandbox verified recipients are checked like the sender, which the documentation omits (aws-sdk-js#3641).
  const asked = [
    ...[FromEmailAddress, ...recipients].map((address) => `identity/${address}`),
    ...(ConfigurationSetName === undefined ? [] : [`configuration-set/${ConfigurationSetName}`]),
  ];
  return {
    operation: 'SendEmail',
    requests: asked.map((name) => ({ action: 'ses:SendEmail', resource: arnOf('ses', name), context })),
  };
};

const Schedule = v.object({
  GroupName: v.optional(v.string()),
  Target: v.object({
    Arn: v.string(),
    RoleArn: v.string(),
    DeadLetterConfig: v.optional(v.object({ Arn: v.string() })),
  }),
});
const operations: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

const scheduler = ({ method, url, body }: WireCall): Authorized => {
  const [, folder, name = ''] = url.pathname.split('/');
  const operation = operations[method];
  if (folder !== 'schedules' || name === '' || operation === undefined)
    throw new Error(`Nothing says what scheduler ${method} ${url.pathname} asks IAM.`);
  const given = method === 'POST' || method === 'PUT' ? v.parse(Schedule, JSON.parse(body)) : undefined;
  const group = given?.GroupName ?? url.searchParams.get('groupName') ?? 'default';
  const resource = arnOf('scheduler', `schedule/${group}/${decodeURIComponent(name)}`);
  return {
    operation,
    requests: [{ action: `scheduler:${operation}`, resource, context: {} }, ...(given ? comingDue(given.Target) : [])],
  };
};

/** A caller that names a role must be allowed to pass it, and the role must be allowed to send the due message. */
const comingDue = ({ Arn, RoleArn, DeadLetterConfig }: v.InferOutput<typeof Schedule>['Target']): IamRequest[] => [
  { action: 'iam:PassRole', resource: RoleArn, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  ...[Arn, ...(DeadLetterConfig ? [DeadLetterConfig.Arn] : [])].map((queue) => ({
    action: 'sqs:SendMessage',
    resource: queue,
    context: { 'aws:SecureTransport': 'true' },
    role: RoleArn,
  })),
];
