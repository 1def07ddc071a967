import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { corsFor } from '../../functions/platform/http/cors.ts';
import { prefixesOf, type ServiceDeclaration } from '../../functions/platform/service/service.ts';
import type { Settings } from '../settings/settings.ts';

export interface ApiProps {
  readonly settings: Settings;
}

/**
 * The API: one function a service, behind greedy routes. With one route an endpoint, it would exceed API Gateway's 300
 * routes and, with their permissions, CloudFormation's 500 resources a stack.
 */
export class Api extends Construct {
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, { settings }: ApiProps) {
    super(scope, id);
    const cors = corsFor(settings.websiteOrigins);
    this.api = new HttpApi(this, 'Gateway', {
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...cors.allowOrigins],
        allowHeaders: [...cors.allowHeaders],
        allowMethods: cors.allowMethods.map((method) => CorsHttpMethod[method]),
        exposeHeaders: [...cors.exposeHeaders],
        maxAge: Duration.seconds(cors.maxAgeSeconds),
        ...(cors.allowCredentials && { allowCredentials: true }),
      },
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: { destination: new LogGroupLogDestination(this.logs(settings)), format: accessLogFormat },
    });
    const custom = this.customDomain(settings, stage);
    this.url = custom ?? this.api.apiEndpoint;
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'The functions check API keys and scopes, since public and private endpoints share prefixes.',
    });
  }

  route(service: ServiceDeclaration, handler: IFunction): void {
    const integration = new HttpLambdaIntegration(`${service.name}-integration`, handler, {
      scopePermissionToRoute: false,
    });
    for (const prefix of prefixesOf(service)) {
      this.api.addRoutes({ path: prefix, integration });
      this.api.addRoutes({ path: `${prefix}/{rest+}`, integration });
    }
    if (service.answersUnknownPaths)
      new HttpRoute(this.api, 'UnknownPaths', { httpApi: this.api, integration, routeKey: HttpRouteKey.DEFAULT });
  }

  private logs({ logRetentionDays }: Settings): LogGroup {
    return new LogGroup(this, 'AccessLogs', { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
  }

  private customDomain({ domainName, certificateArn }: Settings, stage: HttpStage): string | undefined {
    if (domainName === undefined || certificateArn === undefined) return undefined;
    const domain = new DomainName(this, 'DomainName', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName: domain, stage });
    new CfnOutput(Stack.of(this), 'DomainTarget', {
      value: domain.regionalDomainName,
      description: `The target of the CNAME or alias record of ${domainName}`,
    });
    return `https://${domainName}`;
  }
}

/**
 * Logs no IP address, and no path or query, which can contain an e-mail address or a token. CloudWatch adds the time,
 * and charges for every byte of the line that each request writes.
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    method: '$context.httpMethod',
    route: '$context.routeKey',
    status: '$context.status',
    ms: '$context.responseLatency',
    functionMs: '$context.integrationLatency',
    error: '$context.integrationErrorMessage',
  }),
);
