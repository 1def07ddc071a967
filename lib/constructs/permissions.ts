import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { ARCHIVE } from '../../functions/archive/place.ts';
import type { Domain, Resource } from '../../functions/domain.ts';
import type { EntryPoint } from '../../functions/lambda.ts';
import { definition } from '../../functions/table/definition.ts';
import type { Resources } from './domain-function.ts';

/** What one of a domain's functions may do: every action is named, and is one that `functions/` calls. */
export const permissionsOf = (domain: Domain, entryPoint: EntryPoint, resources: Resources): PolicyStatement[] =>
  usesOf(domain, entryPoint).flatMap((resource) => statements(resource, domain, resources));

export const usesOf = (
  { uses, workerUses = uses, exhaustedUses = ['table', 'queue'] }: Domain,
  entryPoint: EntryPoint,
): readonly Resource[] => {
  if (entryPoint === 'exhausted') return exhaustedUses;
  return entryPoint === 'queue' ? workerUses : uses;
};

const statements = (
  resource: Resource,
  { name }: Domain,
  { table, imports, archive, queues, mail, schedules }: Resources,
): PolicyStatement[] => {
  switch (resource) {
    case 'table':
      return [
        ...readingAndWriting(table),
        // Refuses even where an allowance is widened one day. A put over an item is no update to IAM: code refuses that.
        new PolicyStatement({
          effect: Effect.DENY,
          actions: ['dynamodb:UpdateItem', 'dynamodb:PartiQLUpdate', 'dynamodb:DeleteItem'],
          resources: [table.tableArn],
          // All keys, not any: AWS doesn't say whether a transaction is judged item by item or by all of its keys together,
          // and those that lift a suppression remove one item beside an entry that they make (ADR 38).
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...definition.appendOnly] },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        }),
      ];
    case 'table:erase':
      return readingAndWriting(table);
    case 'table:read':
      return [allow({ actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], resources: [table.tableArn] })];
    case 'imports':
      return [
        allow({
          actions: ['GetObject', 'GetObjectVersion', 'PutObject', 'AbortMultipartUpload', 'DeleteObject'].map(
            (action) => `s3:${action}`,
          ),
          resources: [imports.arnForObjects('*')],
        }),
        // Without it S3 answers 403 for an object that isn't there.
        allow({ actions: ['s3:ListBucket'], resources: [imports.bucketArn] }),
      ];
    case 'archive:write':
      return [allow({ actions: ['s3:PutObject'], resources: [archive.arnForObjects(`${ARCHIVE}*`)] })];
    case 'archive:read':
      return [
        allow({ actions: ['s3:GetObject'], resources: [archive.arnForObjects(`${ARCHIVE}*`)] }),
        allow({ actions: ['s3:ListBucket'], resources: [archive.bucketArn] }),
      ];
    case 'imports:erase':
      return erasing(imports, '*');
    case 'archive:erase':
      return erasing(archive, `${ARCHIVE}*`);
    case 'queue': {
      const queue = queues.get(name)?.queue;
      if (!queue) throw new Error(`${name} uses its queue, and has none without triggers.`);
      return [allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })];
    }
    case 'schedule':
      return [
        allow({ actions: ['scheduler:CreateSchedule'], resources: [schedules.arns] }),
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: ['iam:PassRole'],
          resources: [schedules.role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        }),
      ];
    case 'mail':
      return mail ? [allow({ actions: ['ses:SendEmail'], resources: mail.arns })] : [];
  }
};

export const allow = (props: { readonly actions: string[]; readonly resources: string[] }): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, ...props });

const readingAndWriting = (table: Resources['table']): PolicyStatement[] => [
  allow({
    actions: [
      'GetItem',
      'BatchGetItem',
      'PutItem',
      'PartiQLInsert',
      'UpdateItem',
      'PartiQLUpdate',
      'DeleteItem',
      'ConditionCheckItem',
    ].map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  }),
  allow({
    actions: ['dynamodb:Query'],
    resources: [table.tableArn, ...Object.keys(definition.indexes).map((name) => `${table.tableArn}/index/${name}`)],
  }),
];

const erasing = (bucket: Bucket, objects: string): PolicyStatement[] => [
  allow({
    actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObjectVersion'],
    resources: [bucket.arnForObjects(objects)],
  }),
  allow({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucket.bucketArn] }),
];
