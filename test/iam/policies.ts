import * as v from 'valibot';
import type { Deployment, Stack } from './deployment.ts';
import { nameOf } from './recording.ts';
import { resolve } from './resolve.ts';

const many = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((one) => [one].flat()),
);
const Statement = v.looseObject({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: many,
  Resource: many,
  Condition: v.optional(v.unknown()),
});
const Document = v.looseObject({ Version: v.string(), Statement: v.array(Statement) });
export type Document = v.InferOutput<typeof Document>;

const IamPolicy = v.object({ Roles: v.optional(v.array(v.string()), []), PolicyDocument: Document });
const Role = v.object({
  AssumeRolePolicyDocument: v.unknown(),
  Policies: v.optional(v.array(v.object({ PolicyDocument: Document })), []),
  ManagedPolicyArns: v.optional(v.array(v.never('The simulation knows no managed policies.'))),
});
const LambdaFunction = v.object({ Role: v.string(), Description: v.optional(v.string()) });

/** Resources of a type with resolved properties, each with its physical name. */
export const resourcesOf = (deployment: Deployment, type: string) =>
  deployment.stacks.flatMap((stack) =>
    Object.entries(stack.resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => ({
        id,
        stack,
        name: stack.physical[id] ?? '',
        properties: () => resolve(Properties, stack, deployment),
      })),
  );

export interface Principal {
  /** `events-http`, or the role's logical id if no function has it. */
  readonly name: string;
  readonly role: string;
  readonly policies: readonly Document[];
}

/** Each role and its permissions, by the name of its function. */
export const principalsOf = (deployment: Deployment): Principal[] => {
  const functions = new Map(
    resourcesOf(deployment, 'AWS::Lambda::Function').map(({ properties }) => {
      const { Role: arn, ...described } = v.parse(LambdaFunction, properties());
      return [arn, nameOf(described)] as const;
    }),
  );
  const attached = resourcesOf(deployment, 'AWS::IAM::Policy').map(({ properties }) =>
    v.parse(IamPolicy, properties()),
  );
  return resourcesOf(deployment, 'AWS::IAM::Role').map(({ id, name, properties }) => {
    const role = `arn:aws:iam::000000000000:role/${name}`;
    const own = v.parse(Role, properties()).Policies.map(({ PolicyDocument }) => PolicyDocument);
    const others = attached.filter(({ Roles }) => Roles.includes(name)).map(({ PolicyDocument }) => PolicyDocument);
    return { name: functions.get(role) ?? withoutHash(id), role, policies: [...own, ...others] };
  });
};

const ofBucket = v.object({ Bucket: v.string(), PolicyDocument: v.unknown() });
const ofQueues = v.object({ Queues: v.array(v.string()), PolicyDocument: v.unknown() });
const ofTopics = v.object({ Topics: v.array(v.string()), PolicyDocument: v.unknown() });

/** The policies of buckets, queues and topics, by their ARNs. */
export const resourcePoliciesOf = (deployment: Deployment): ReadonlyMap<string, unknown> =>
  new Map([
    ...resourcesOf(deployment, 'AWS::S3::BucketPolicy').map(({ properties }) => {
      const { Bucket, PolicyDocument } = v.parse(ofBucket, properties());
      return [`arn:aws:s3:::${Bucket}`, PolicyDocument] as const;
    }),
    ...resourcesOf(deployment, 'AWS::SQS::QueuePolicy').flatMap(({ properties }) => {
      const { Queues, PolicyDocument } = v.parse(ofQueues, properties());
      return Queues.map((url) => [queueArn(url), PolicyDocument] as const);
    }),
    ...resourcesOf(deployment, 'AWS::SNS::TopicPolicy').flatMap(({ properties }) => {
      const { Topics, PolicyDocument } = v.parse(ofTopics, properties());
      return Topics.map((arn) => [arn, PolicyDocument] as const);
    }),
  ]);

const queueArn = (url: string): string => `arn:aws:sqs:us-east-1:000000000000:${url.split('/').at(-1)}`;

/** One action on one resource that a statement allows. */
export interface Grant {
  readonly sid: string;
  /** `events-http dynamodb:GetItem DataTable`, which is the same in every deployment. */
  readonly label: string;
}

/** An equivalent policy with a statement for each grant, to find the one that allowed a request. */
export const spreadOut = (
  { name, policies }: Principal,
  shorten: (arn: string) => string,
): { readonly document: Document; readonly grants: readonly Grant[] } => {
  const grants: Grant[] = [];
  const statements = policies
    .flatMap(({ Statement }) => Statement)
    .flatMap((statement) => {
      if (statement.Effect === 'Deny') return [statement];
      return statement.Action.flatMap((action) =>
        statement.Resource.map((resource) => {
          const sid = `Grant${grants.length}`;
          grants.push({ sid, label: `${name} ${action} ${shorten(resource)}` });
          return { ...statement, Sid: sid, Action: [action], Resource: [resource] };
        }),
      );
    });
  return { document: { Version: '2012-10-17', Statement: statements }, grants };
};

const withoutHash = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

/** ARNs without the parts that differ between deployments. */
export const shortenerOf = ({ stacks }: Deployment): ((arn: string) => string) => {
  const names = stacks
    .flatMap(({ physical }: Stack) =>
      Object.entries(physical).map(([id, name]) => [name.split('/').at(-1) ?? '', withoutHash(id)] as const),
    )
    .filter(([name]) => name.length > 12)
    .toSorted(([a], [b]) => b.length - a.length);
  return (arn) => {
    const resource = arn.split(':').slice(5).join(':');
    const found = names.find(([name]) => resource.includes(name));
    return (found ? resource.replace(found[0], found[1]) : resource)
      .replace(/^(table|log-group:)\/?/, '')
      .replace(/\/stream\/[^/]+$/, '/stream');
  };
};
