import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  type RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { CommonInput } from '../../../functions/platform/resources/env.ts';
import type { EntryPoint } from '../../../functions/platform/service/lambda.ts';
import type { Domain } from '../../../functions/platform/service/service.ts';
import type { MadeOf } from '../../resources/resource.ts';
import type { UsedTable } from '../../resources/table.ts';
import type { Settings } from '../../settings/settings.ts';
import { logging } from './logging.ts';
import { permissionsOf, usingsOf } from './permissions.ts';

/** What a deployment has. */
export interface Resources {
  readonly table: UsedTable;
  readonly of: MadeOf;
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
  /** Of this function besides. @default - the variables of all functions, and those of what it uses */
  readonly environment?: CommonInput;
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
    for (const statement of [...permissionsOf(domain, entryPoint, resources.of), ...statements])
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
    for (const [name, value] of environmentOf(props).flatMap((variables) => Object.entries(variables))) {
      if (value !== undefined) this.function.addEnvironment(name, value);
    }
    this.acknowledge(props);
  }

  private acknowledge({ domain, entryPoint, resources: { of } }: DomainFunctionProps): void {
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
    for (const [resource, using] of usingsOf(domain, entryPoint)) {
      const { names, reason } = resource.stars?.(of(resource), using) ?? { names: [], reason: '' };
      for (const name of names) {
        Validations.of(this).acknowledge({ id: 'Serverless-StarPermissions', reason });
        Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason });
      }
    }
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

const environmentOf = (props: DomainFunctionProps): Variables[] => {
  const { domain, entryPoint, resources, settings, environment: more = {} } = props;
  const { of } = resources;
  const { logLevel, s3Addressing, eventRetentionDays, erasureSettleMinutes, publicUrl, domainName, pages } = settings;
  const origin = publicUrl ?? (domainName && `https://${domainName}`);
  const common: CommonInput = {
    LOG_LEVEL: logLevel,
    S3_ADDRESSING: s3Addressing,
    ...(eventRetentionDays && { EVENT_RETENTION_DAYS: `${eventRetentionDays}` }),
    ...(erasureSettleMinutes && { ERASURE_SETTLE_MINUTES: `${erasureSettleMinutes}` }),
    ...(origin && { PUBLIC_URL: origin }),
    ...(!pages && { PAGES: 'off' as const }),
  };
  return [common, more, ...usingsOf(domain, entryPoint).map(([one, using]) => one.environment(of(one), using))];
};
