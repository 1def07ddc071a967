import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { changeQueuesOf, messageQueuesOf, streamGatherSeconds } from '../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { Api } from '../constructs/api.ts';
import { Canary, callable, liveAlias } from '../constructs/canary.ts';
import { bundle } from '../constructs/functions/bundle.ts';
import { ServiceFunction } from '../constructs/functions/service-function.ts';
import { AlarmTopic } from '../constructs/observability/alarm-topic.ts';
import { FailedMessages } from '../constructs/observability/failed-messages.ts';
import { WebsiteDistribution } from '../constructs/website-distribution.ts';
import { ChangeWorker } from '../constructs/workers/change-worker.ts';
import { ExhaustedWorker } from '../constructs/workers/exhausted-worker.ts';
import { StreamWorker } from '../constructs/workers/stream-worker.ts';
import { Worker } from '../constructs/workers/worker.ts';
import type { Settings } from '../settings/settings.ts';
import type { DataStack } from './data-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';

export interface AppStackProps extends StackProps {
  readonly settings: Settings;
  readonly services: readonly ServiceDeclaration[];
  readonly data: DataStack;
}

/** The API and the functions, with a nested stack of alarms: everything that holds no data. */
export class AppStack extends Stack {
  readonly monitoring: MonitoringStack;

  constructor(scope: Construct, id: string, { settings, services, data, ...props }: AppStackProps) {
    super(scope, id, props);
    const gateway = new Api(this, 'Api', { settings });
    const edgeSecret = this.websiteDistribution(settings, gateway);
    const functions = new Map<string, LambdaFunction>();
    const failedMessages = new Map<string, IMetric>();
    const live = new Map<string, Alias>();
    const gatheredSeconds = streamGatherSeconds(services, settings.changesWithinSeconds);
    const add = (name: string, worker: Worker | ChangeWorker | StreamWorker) => {
      functions.set(name, worker.function);
      const { metric } = new FailedMessages(this, `${name}-failed`, {
        logGroup: worker.function.logGroup,
        deployment: settings.name,
        functionName: name,
      });
      failedMessages.set(name, metric);
    };
    for (const service of services) {
      const common = { service, code: bundle(this, service, settings), resources: data, settings };
      if (Object.keys(service.routes).length > 0) {
        const handler = new ServiceFunction(this, `${service.name}-http`, {
          ...common,
          entryPoint: 'http',
          ...(edgeSecret && { environment: { EDGE_SECRET: edgeSecret.secretValue.unsafeUnwrap() } }),
        }).function;
        const alias = settings.canary ? liveAlias(handler) : undefined;
        if (alias) live.set(`${service.name}-http`, alias);
        gateway.route(service, alias ? callable(alias) : handler);
        functions.set(`${service.name}-http`, handler);
      }
      for (const queue of messageQueuesOf(service)) {
        const source = data.queues.get(queue.key);
        if (!source) continue;
        add(`${queue.key}-queue`, new Worker(this, `${queue.key}-queue`, { ...common, queue, source }));
        // It needs no alarm: messages that it fails on go to the dead-letter queue, which has one.
        new ExhaustedWorker(this, `${queue.key}-exhausted`, { ...common, key: queue.key, source });
      }
      for (const queue of changeQueuesOf(service)) {
        const source = data.changeQueues.get(queue.key);
        if (source) add(queue.key, new ChangeWorker(this, queue.key, { ...common, queue, source, gatheredSeconds }));
      }
      const failures = data.streamFailures.get(service.name);
      if (failures) {
        const { changeQueues } = data;
        const streamProps = { ...common, services, changeQueues, failures };
        add(`${service.name}-stream`, new StreamWorker(this, `${service.name}-stream`, streamProps));
      }
    }

    const monitored = {
      api: gateway.api,
      table: data.table,
      functions,
      queues: data.queues,
      changeQueues: data.changeQueues,
      streamFailures: data.streamFailures,
      failedMessages,
    };
    this.monitoring = new MonitoringStack(this, 'Monitoring', { monitored, topic: this.alarmTopic(settings) });
    const { alarms } = this.monitoring;
    for (const [name, alias] of live) {
      const errors = alarms.get(`${name}-errors`);
      if (errors) new Canary(this, `${name}-canary`, { alias, errors });
    }
    new CfnOutput(this, 'ApiUrl', { value: gateway.url });
  }

  /**
   * Not in the stack of the alarms, where it was in earlier versions: another topic would need another confirmation of
   * the address.
   */
  private alarmTopic({ alarmEmail: address }: Settings): Topic | undefined {
    return address === undefined ? undefined : new AlarmTopic(new Construct(this, 'Alarms'), 'Mail', { address }).topic;
  }

  /** Returns the secret by which functions recognize requests that come through it. */
  private websiteDistribution(settings: Settings, gateway: Api): Secret | undefined {
    const { websiteDomain: domainName, websiteCertificateArn: certificateArn, websitePath: path } = settings;
    if (domainName === undefined || certificateArn === undefined) return undefined;
    const secret = new Secret(this, 'EdgeSecret', {
      description: 'Proves to the functions that a request comes through the distribution of the website',
      generateSecretString: { excludePunctuation: true, passwordLength: 40 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It protects the limits by network only. Functions and distribution read it at each deployment.',
    });
    const { apiEndpoint } = gateway.api;
    new WebsiteDistribution(this, 'Website', { domainName, certificateArn, path, apiEndpoint, secret });
    return secret;
  }
}
