import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EntryPoint } from '../../functions/platform/service/lambda.ts';
import { messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { Domain, Resource } from '../../functions/platform/service/service.ts';
import { definition } from '../../functions/platform/table/definition.ts';
import type { Resources } from './domain-function.ts';
import { onFiles } from './file-permissions.ts';
import type { Sender } from './sender.ts';

/** What one of a domain's functions may do: every action is named, and is one that `functions/` calls. */
export const permissionsOf = (domain: Domain, entryPoint: EntryPoint, resources: Resources): PolicyStatement[] =>
  usesOf(domain, entryPoint).flatMap((resource) => statements(resource, domain, resources));

export const usesOf = (
  { uses, workerUses = uses, exhaustedUses = ['table', 'queue'] }: Domain,
  entryPoint: EntryPoint,
): readonly Resource[] => {
  if (entryPoint === 'exhausted') return exhaustedUses;
  return entryPoint === 'queue' || entryPoint === 'change' ? workerUses : uses;
};

const statements = (
  resource: Resource,
  domain: Domain,
  { table, queues, mail, schedules, ...buckets }: Resources,
): PolicyStatement[] => {
  if (typeof resource === 'object') return onFiles(resource, buckets[resource.bucket]);
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
      return [allow({ actions: ['dynamodb:BatchGetItem'], resources: [table.tableArn] })];
    case 'table:create-many':
      return [allow({ actions: ['dynamodb:PartiQLInsert'], resources: [table.tableArn] })];
    case 'table:update-many':
      return [allow({ actions: ['dynamodb:PartiQLUpdate'], resources: [table.tableArn] })];
    case 'table:check':
      return [allow({ actions: ['dynamodb:ConditionCheckItem'], resources: [table.tableArn] })];
    case 'queue': {
      const own = messageQueuesOf(domain).flatMap(({ key }) => queues.get(key)?.queue.queueArn ?? []);
      if (own.length === 0) throw new Error(`${domain.name} uses its queue, and has none without triggers.`);
      return [allow({ actions: ['sqs:SendMessage'], resources: own })];
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
    case 'sender':
      return [];
    case 'mail':
      return mail ? [sending(mail)] : [];
  }
};

export const allow = (props: { readonly actions: string[]; readonly resources: string[] }): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, ...props });

/**
 * Every action that changes one item is here, though no domain uses them all: which of them a change takes is up to the
 * code, and a right that is missed is only missed in production. What changes many at once is granted by itself.
 */
const readingAndWriting = (table: Resources['table']): PolicyStatement[] => [
  allow({
    actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  }),
  allow({
    actions: ['dynamodb:Query'],
    resources: [table.tableArn, ...Object.keys(definition.indexes).map((name) => `${table.tableArn}/index/${name}`)],
  }),
];

/**
 * While SES keeps an account in its sandbox it asks about the recipient's identity as well, so that the sender's alone is
 * not enough for a first try. What binds is the address that mail goes out from.
 */
const sending = ({ arns, from }: Sender): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['ses:SendEmail'],
    resources: arns,
    conditions: { StringEquals: { 'ses:FromAddress': from } },
  });
