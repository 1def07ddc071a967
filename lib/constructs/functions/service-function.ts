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
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import type { MadeOf } from '../../resources/resource.ts';
import type { UsedTable } from '../../resources/table.ts';
import type { Settings } from '../../settings/settings.ts';
import { COUNTRY_FILE } from './bundle.ts';
import { logging } from './logging.ts';
import { permissionsOf, resourceUsesOf } from './permissions.ts';

/** The resources of a deployment. */
export interface Resources {
  readonly table: UsedTable;
  readonly of: MadeOf;
}

export interface ServiceFunctionProps {
  readonly service: ServiceDeclaration;
  readonly entryPoint: EntryPoint;
  /** The description of the function. @default - the service and the entry point */
  readonly label?: string;
  readonly code: Code;
  readonly resources: Resources;
  readonly settings: Settings;
  /** @default - 29 seconds, the time that API Gateway waits */
  readonly timeout?: Duration;
  /** @default - 512 MB with a third of a vCPU: requests mostly wait for DynamoDB */
  readonly memorySize?: number;
  /** Additional variables. @default - those of all functions, and those of the resources that it uses */
  readonly environment?: CommonInput;
  /** Additional permissions. @default - those of the resources that the service uses */
  readonly statements?: readonly PolicyStatement[];
  /** @default - it shares the account's concurrency */
  readonly reservedConcurrentExecutions?: number | undefined;
  /** @default - Lambda stops a function that has invoked itself some 16 times */
  readonly recursiveLoop?: RecursiveLoop;
}

/** A function for one entry point of a service. Its role allows what the service declares in `uses`. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { service, entryPoint, code, resources, settings } = props;
    const { timeout = Duration.seconds(29), memorySize = 512, reservedConcurrentExecutions, statements = [] } = props;
    const { recursiveLoop } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of [...permissionsOf(service, entryPoint, resources.of), ...statements])
      role.addToPolicy(statement);
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );

    this.function = new LambdaFunction(this, 'Function', {
      description: props.label ?? `${service.name}: ${entryPoint}`,
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

  private acknowledge({ service, entryPoint, resources: { of } }: ServiceFunctionProps): void {
    for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination']) {
      Validations.of(this).acknowledge({
        id,
        reason:
          'It is not invoked asynchronously: API Gateway waits for the response, and queues and the stream retry failures and have dead-letter queues.',
      });
    }
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray would cost more per million requests than everything else. Logs and access logs share the request id.',
    });
    for (const [resource, usage] of resourceUsesOf(service, entryPoint)) {
      const { names, reason } = resource.wildcards?.(of(resource), usage) ?? { names: [], reason: '' };
      for (const name of names) {
        Validations.of(this).acknowledge({ id: 'Serverless-StarPermissions', reason });
        Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason });
      }
    }
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

const environmentOf = (props: ServiceFunctionProps): Variables[] => {
  const { service, entryPoint, resources, settings, environment: more = {} } = props;
  const { of } = resources;
  const {
    logLevel,
    s3Addressing,
    eventRetentionDays,
    catalogVersionDays,
    erasureSettleMinutes,
    publicUrl,
    domainName,
    pages,
    websiteOrigins,
    visitorCountry,
  } = settings;
  const origin = publicUrl ?? (domainName && `https://${domainName}`);
  const common: CommonInput = {
    LOG_LEVEL: logLevel,
    S3_ADDRESSING: s3Addressing,
    ...(eventRetentionDays && { EVENT_RETENTION_DAYS: `${eventRetentionDays}` }),
    ...(catalogVersionDays && { CATALOG_VERSION_DAYS: `${catalogVersionDays}` }),
    ...(erasureSettleMinutes && { ERASURE_SETTLE_MINUTES: `${erasureSettleMinutes}` }),
    ...(origin && { PUBLIC_URL: origin }),
    ...(websiteOrigins && { WEBSITE_ORIGINS: websiteOrigins.join(',') }),
    ...(visitorCountry && service.locatesVisitors && { COUNTRY_DATABASE: `/var/task/${COUNTRY_FILE}` }),
    ...(!pages && { PAGES: 'off' as const }),
  };
  return [
    common,
    more,
    ...resourceUsesOf(service, entryPoint).map(([resource, usage]) => resource.environment(of(resource), usage)),
  ];
};
