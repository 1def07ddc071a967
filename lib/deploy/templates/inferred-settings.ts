import * as v from 'valibot';
import { parseSettings, type SettingTexts, storedSettings } from '../../settings/settings.ts';
import type { Template } from './template-changes.ts';

const Text = v.union([v.string(), v.number()]);
const FunctionProperties = v.object({
  Handler: v.string(),
  Timeout: v.number(),
  ReservedConcurrentExecutions: v.optional(v.number()),
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});
const Rule = v.object({
  Id: v.string(),
  ExpirationInDays: v.optional(v.number()),
  NoncurrentVersionExpiration: v.optional(v.object({ NoncurrentDays: v.number() })),
});

/**
 * Derives the settings of a deployment from its templates, without those that equal the default. Versions before 0.1.0
 * stored no settings.
 */
export const inferSettings = (
  data: Template,
  app: Template,
  { hasSftp }: { readonly hasSftp: boolean },
): SettingTexts => {
  const settings = storedSettings({ ...fromData(data), ...fromApp(app), ...(hasSftp && { sftp: true }) });
  const defaults: Readonly<Record<string, unknown>> = parseSettings({});
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => String(defaults[name]) !== value));
};

const fromData = (template: Template): Record<string, unknown> => {
  const rules = ofType(template, 'AWS::S3::Bucket')
    .map((properties) =>
      v.safeParse(v.object({ LifecycleConfiguration: v.object({ Rules: v.array(Rule) }) }), properties),
    )
    .flatMap(({ success, output }) => (success ? output.LifecycleConfiguration.Rules : []));
  const rule = (id: string) => rules.find(({ Id }) => Id === id);
  const policies = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable')
    .map(({ DeletionPolicy }) => DeletionPolicy);
  return {
    protect: policies.some((policy) => policy === 'Delete') ? false : undefined,
    uploadRetentionDays: (rule('uploads') ?? rule('uploads-profiles/'))?.ExpirationInDays,
    reportRetentionDays: rule('reports')?.ExpirationInDays,
    archiveRetentionDays: rule('events')?.ExpirationInDays,
    noncurrentVersionDays: rule('old-versions')?.NoncurrentVersionExpiration?.NoncurrentDays,
  };
};

const fromApp = (template: Template): Record<string, unknown> => {
  const functions = ofType(template, 'AWS::Lambda::Function')
    .map((properties) => v.safeParse(FunctionProperties, properties))
    .flatMap(({ success, output }) => (success ? [output] : []));
  // Some queues declare less than the settings.
  const workers = functions.filter(({ Handler }) => Handler === 'index.queue');
  const variables = Object.assign({}, ...functions.map(({ Environment }) => Environment.Variables));
  const domainName = first(template, 'AWS::ApiGatewayV2::DomainName', 'DomainName');
  const publicUrl = variables.PUBLIC_URL === `https://${domainName}` ? undefined : variables.PUBLIC_URL;
  return {
    ...fromParts(template),
    domainName,
    publicUrl,
    eventRetentionDays: variables.EVENT_RETENTION_DAYS,
    catalogVersionDays: variables.CATALOG_VERSION_DAYS,
    erasureSettleMinutes: variables.ERASURE_SETTLE_MINUTES,
    logLevel: variables.LOG_LEVEL,
    s3Addressing: variables.S3_ADDRESSING,
    outgoingLoopback: variables.FETCH === 'loopback' ? true : undefined,
    mailFrom: variables.MAIL_FROM,
    eventBus: variables.EVENT_BUS,
    websiteOrigins: variables.WEBSITE_ORIGINS,
    pages: variables.PAGES === 'off' ? false : undefined,
    workerTimeoutSeconds: greatest(workers.map(({ Timeout }) => Timeout)),
    reservedConcurrency: workers[0]?.ReservedConcurrentExecutions,
  };
};

const Stage = v.object({
  DefaultRouteSettings: v.object({ ThrottlingRateLimit: v.number(), ThrottlingBurstLimit: v.number() }),
});
const Domain = v.object({ DomainNameConfigurations: v.array(v.object({ CertificateArn: Text })) });
const Source = v.object({ ScalingConfig: v.object({ MaximumConcurrency: v.number() }) });

const fromParts = (template: Template): Record<string, unknown> => {
  const stage = one(template, 'AWS::ApiGatewayV2::Stage', Stage)?.DefaultRouteSettings;
  const subscription = ofType(template, 'AWS::SNS::Subscription').find(({ Protocol }) => Protocol === 'email');
  return {
    throttleRate: stage?.ThrottlingRateLimit,
    throttleBurst: stage?.ThrottlingBurstLimit,
    certificateArn: one(template, 'AWS::ApiGatewayV2::DomainName', Domain)?.DomainNameConfigurations[0]?.CertificateArn,
    importsConcurrency: greatest(
      ofType(template, 'AWS::Lambda::EventSourceMapping').map((properties) => {
        const { success, output } = v.safeParse(Source, properties);
        return success ? output.ScalingConfig.MaximumConcurrency : undefined;
      }),
    ),
    logRetentionDays: first(template, 'AWS::Logs::LogGroup', 'RetentionInDays'),
    alarmEmail: subscription?.Endpoint,
  };
};

const ofType = ({ Resources }: Template, type: string): Readonly<Record<string, unknown>>[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties);

const greatest = (numbers: readonly (number | undefined)[]): number | undefined => {
  const present = numbers.filter((one) => one !== undefined);
  return present.length > 0 ? Math.max(...present) : undefined;
};

/** The first resource of a type that matches the schema. */
const one = <Schema extends v.GenericSchema>(
  template: Template,
  type: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined => {
  for (const properties of ofType(template, type)) {
    const { success, output } = v.safeParse(schema, properties);
    if (success) return output;
  }
  return undefined;
};

const first = (template: Template, type: string, property: string): string | number | undefined =>
  one(template, type, v.looseObject({ [property]: Text }))?.[property];
