import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  type RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import * as v from 'valibot';
import type { EnvInput } from '../../functions/platform/resources/env.ts';
import type { EntryPoint } from '../../functions/platform/service/lambda.ts';
import { messageQueuesOf } from '../../functions/platform/service/queues.ts';
import { type Domain, type FileUse, fileUsesOf } from '../../functions/platform/service/service.ts';
import type { Settings } from '../settings/settings.ts';
import type { DomainQueue } from './domain-queue.ts';
import { foldersIn } from './file-permissions.ts';
import { logging } from './logging.ts';
import { permissionsOf, usesOf } from './permissions.ts';
import type { Schedules } from './schedules.ts';
import type { Sender } from './sender.ts';
import type { UsedTable } from './table.ts';

export interface Resources {
  readonly table: UsedTable;
  readonly imports: Bucket;
  readonly archive: Bucket;
  readonly queues: ReadonlyMap<string, DomainQueue>;
  readonly schedules: Schedules;
  /** Absent where no sender is set. */
  readonly mail?: Sender | undefined;
}

export interface DomainFunctionProps {
  readonly domain: Domain;
  readonly entryPoint: EntryPoint;
  /** Names it among the domain's functions. @default - the domain and the entry point */
  readonly label?: string;
  readonly code: Code;
  readonly resources: Resources;
  readonly settings: Settings;
  /** @default - 29 seconds, the longest that API Gateway waits */
  readonly timeout?: Duration;
  /** @default - 512 MB, a third of a processor: requests wait for DynamoDB more than they compute */
  readonly memorySize?: number;
  /** Where it sends what it sets aside. @default - it sets nothing aside */
  readonly deadLetters?: IQueue;
  /** The queue that it sends back to what was not delivered. @default - none */
  readonly returnsTo?: IQueue;
  /** @default - what the domain says it uses is all that it may do */
  readonly statements?: readonly PolicyStatement[];
  /** @default - the account's concurrency is shared */
  readonly reservedConcurrentExecutions?: number | undefined;
  /** @default - Lambda stops a function that leads to its own invocation some 16 times */
  readonly recursiveLoop?: RecursiveLoop;
}

/** Runs one entry point of a domain, with a role of its own that allows what the domain says it uses. */
export class DomainFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: DomainFunctionProps) {
    super(scope, id);
    const { domain, entryPoint, code, resources, settings } = props;
    const { timeout = Duration.seconds(29), memorySize = 512, reservedConcurrentExecutions, statements = [] } = props;
    const { recursiveLoop } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of [...permissionsOf(domain, entryPoint, resources), ...statements])
      role.addToPolicy(statement);
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );

    this.function = new LambdaFunction(this, 'Function', {
      description: props.label ?? `${domain.name}: ${entryPoint}`,
      code,
      handler: `index.${entryPoint}`,
      role,
      logGroup,
      ...logging(settings),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout,
      ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
      ...(recursiveLoop !== undefined && { recursiveLoop }),
    });
    for (const [name, value] of Object.entries(environment(props, Stack.of(this)))) {
      if (value !== undefined) this.function.addEnvironment(name, value);
    }
    this.acknowledge(props);
  }

  private acknowledge({ domain, entryPoint, resources }: DomainFunctionProps): void {
    const { imports, archive, schedules, mail } = resources;
    const uses = usesOf(domain, entryPoint);
    for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination']) {
      Validations.of(this).acknowledge({
        id,
        reason:
          'Nobody invokes it asynchronously: API Gateway waits for the answer, and a queue and the stream keep what fails and have a queue for what goes on failing.',
      });
    }
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray costs more per million requests than everything else together. Log lines and access logs share the request id.',
    });
    const starsIn = (name: FileUse['bucket'], bucket: Bucket): string[] =>
      fileUsesOf(uses, name)
        .flatMap(foldersIn)
        .map((folder) => `${exportOf(bucket)}/${folder}*`);
    const stars = [...starsIn('imports', imports), ...starsIn('archive', archive)];
    const acknowledgeStars = (names: readonly string[], reason: string): void => {
      for (const id of ['Serverless-StarPermissions', ...names.map((name) => `AwsSolutions-IAM5[Resource::${name}]`)])
        Validations.of(this).acknowledge({ id, reason });
    };
    if (stars.length > 0) acknowledgeStars(stars, 'The star stands for the objects of one folder.');
    if (mail && uses.includes('mail'))
      acknowledgeStars([mail.anyIdentity], 'A condition names the address that mail goes out from.');
    if (uses.includes('schedule'))
      acknowledgeStars([nagName(schedules.group)], 'The star stands for the schedules of one group.');
  }
}

const nagName = (group: string): string =>
  `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${group}/*`;

/** A wildcard is acknowledged by the name of the one resource it is below, so that any other one is still reported. */
export const exportOf = ({ stack, bucketArn }: Bucket): string =>
  v.parse(v.object({ 'Fn::ImportValue': v.string() }), stack.resolve(stack.exportValue(bucketArn)))['Fn::ImportValue'];

const environment = (props: DomainFunctionProps, stack: Stack): EnvInput => {
  const { domain, entryPoint, resources, settings, deadLetters, returnsTo } = props;
  const { table, imports, archive, queues, mail, schedules } = resources;
  const { logLevel, s3Addressing, eventRetentionDays, erasureSettleMinutes, publicUrl, domainName, pages } = settings;
  const uses = usesOf(domain, entryPoint);
  const { queue, exhausted } = queues.get(domain.name) ?? {};
  const named = messageQueuesOf(domain).flatMap(({ name, key }) =>
    name === undefined ? [] : [[name, queues.get(key)?.queue.queueUrl]],
  );
  const origin = publicUrl ?? (domainName && `https://${domainName}`);
  return {
    TABLE_NAME: table.tableName,
    LOG_LEVEL: logLevel,
    S3_ADDRESSING: s3Addressing,
    ...(fileUsesOf(uses, 'imports').length > 0 && { IMPORTS_BUCKET: imports.bucketName }),
    ...(fileUsesOf(uses, 'archive').length > 0 && { ARCHIVE_BUCKET: archive.bucketName }),
    ...(queue && uses.includes('queue') && { QUEUE_URL: queue.queueUrl }),
    ...(named.length > 0 && uses.includes('queue') && { QUEUE_URLS: stack.toJsonString(Object.fromEntries(named)) }),
    ...(returnsTo && { SOURCE_QUEUE_URL: returnsTo.queueUrl }),
    ...(deadLetters && { DEAD_LETTERS_URL: deadLetters.queueUrl }),
    ...(queue &&
      exhausted &&
      uses.includes('schedule') && {
        SCHEDULE_GROUP: schedules.group,
        SCHEDULE_ROLE_ARN: schedules.role.roleArn,
        SCHEDULE_QUEUE_ARN: queue.queueArn,
        SCHEDULE_DEAD_LETTER_ARN: exhausted.queueArn,
      }),
    ...(mail && (uses.includes('mail') || uses.includes('sender')) && { MAIL_FROM: mail.from }),
    ...(mail && uses.includes('mail') && { MAIL_CONFIGURATION_SET: mail.configurationSet }),
    ...(eventRetentionDays && { EVENT_RETENTION_DAYS: `${eventRetentionDays}` }),
    ...(erasureSettleMinutes && { ERASURE_SETTLE_MINUTES: `${erasureSettleMinutes}` }),
    ...(origin && { PUBLIC_URL: origin }),
    ...(!pages && { PAGES: 'off' as const }),
  };
};
