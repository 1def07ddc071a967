import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as v from 'valibot';
import { problemText } from '../../functions/platform/validation/problem-text.ts';

// `cdk deploy -c name=value` passes strings, cdk.json any JSON value.
const integer = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.toNumber())], 'it has to be a whole number'),
    v.integer('it has to be a whole number'),
    v.minValue(least, `it has to be at least ${least}`),
    v.maxValue(most, `it may be at most ${most}`),
  );
/** S3 stores days as 32-bit integers. A century is enough. */
const days = integer(1, 36_500);
const flag = v.union(
  [
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  ],
  "it has to be 'true' or 'false'",
);
const text = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message));

// The warm throughput of a new on-demand table. AWS refuses less.
const MIN_WARM = { reads: 12_000, writes: 4_000 };
const warmSyntax = `it has to be reads/writes a second, at least ${MIN_WARM.reads}/${MIN_WARM.writes}`;

const warmThroughput = v.pipe(
  text(/^\d{1,9}\/\d{1,9}$/, warmSyntax),
  v.transform((pair) => {
    const [reads = 0, writes = 0] = pair.split('/').map(Number);
    return { reads, writes };
  }),
  v.check(({ reads, writes }) => reads >= MIN_WARM.reads && writes >= MIN_WARM.writes, warmSyntax),
);

const ORIGIN = /^(https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;

/** API Gateway accepts no wildcards for subdomains. */
const origins = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((one) => one.trim())),
  v.check(
    (all) => all.every((one) => ORIGIN.test(one)),
    'it has to be origins such as https://shop.example,https://www.shop.example, in lower case and without a path',
  ),
  v.maxLength(100, 'it may have at most 100 origins'),
);

const logRetention = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const Context = v.pipe(
  v.object({
    /** The prefix of all stack names. One account can have several deployments. */
    name: v.optional(
      text(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'it has to be a letter, then at most 39 letters, digits and hyphens'),
      'Tributary',
    ),
    /** Whether data survives the deletion of its stack. Turn it off only for disposable deployments. */
    protect: v.optional(flag, true),
    /** How long an event stays in the table. @default for ever */
    eventRetentionDays: v.optional(days),
    /** How long the states of products before a change stay in the table. @default 400 days */
    catalogVersionDays: v.optional(days),
    /** How long an event stays in the archive. @default for ever */
    archiveRetentionDays: v.optional(days),
    /**
     * How long after an erasure to look again for data in transit. Below 25 hours only if nothing can be in transit.
     */
    erasureSettleMinutes: v.optional(integer(1)),
    uploadRetentionDays: v.optional(days, 90),
    reportRetentionDays: v.optional(days, 30),
    noncurrentVersionDays: v.optional(days, 30),
    logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
    logRetentionDays: v.optional(
      v.pipe(integer(1), v.picklist(logRetention, `CloudWatch supports only ${logRetention.join(', ')} days`)),
      RetentionDays.ONE_MONTH,
    ),
    /** Whether there is an SFTP server for uploads. AWS charges $0.30 an hour for it, even if it is unused. */
    sftp: v.optional(flag, false),
    /** Requests a second of all callers together. Each API key has its own limits. */
    throttleRate: v.optional(integer(1), 2_000),
    throttleBurst: v.optional(integer(1), 4_000),
    /** How many files and chunks each service processes at once. */
    importsConcurrency: v.optional(integer(2, 1_000), 10),
    /** The reserved concurrency of each queue worker. @default they share the account's */
    reservedConcurrency: v.optional(integer(1)),
    workerTimeoutSeconds: v.optional(integer(5, 900), 900),
    domainName: v.optional(text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'it has to be a host name, such as in.example.com')),
    certificateArn: v.optional(text(/^arn:aws[a-z-]*:acm:/, 'it has to be the ARN of a certificate in ACM')),
    /** The origin of links in responses. @default the custom domain, or the host of the request */
    publicUrl: v.optional(v.pipe(v.string(), v.url('it has to be a URL, such as https://in.example.com'))),
    /**
     * The websites that set the cookie of a visitor by HTTP, separated by commas. Their origins alone may then call the
     * API from pages. @default every origin, without cookies
     */
    websiteOrigins: v.optional(origins),
    /** A domain of the shop at which CloudFront serves the scripts and the API, such as data.shop.example. @default none */
    websiteDomain: v.optional(
      text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'it has to be a host name, such as data.shop.example'),
    ),
    /** The certificate of `websiteDomain`. CloudFront requires it to be in us-east-1. */
    websiteCertificateArn: v.optional(
      text(/^arn:aws[a-z-]*:acm:us-east-1:/, 'it has to be the ARN of a certificate in ACM in us-east-1'),
    ),
    /** The folder at `websiteDomain` in which visitors see everything, such as /s. @default the root */
    websitePath: v.optional(text(/^(\/[a-z0-9_-]{1,40}){1,3}$/, 'it has to be a path, such as /s')),
    /** Whether profiles of visitors get the country of their address, from a file of this deployment. */
    visitorCountry: v.optional(flag, false),
    /** `path` for emulators that do not serve buckets as host names. */
    s3Addressing: v.optional(v.picklist(['host', 'path']), 'host'),
    /** How long events may wait before webhooks get them. Shorter waits cost more for each. Consent never waits longer. */
    changesWithinSeconds: v.optional(integer(1, 300), 300),
    /**
     * The event bus that webhooks may send to: a name, or an ARN in another account or region. It belongs to the owner.
     * @default none
     */
    eventBus: v.optional(
      text(
        /^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[A-Za-z0-9._-]{1,256}$/,
        'it has to be the name or the ARN of an event bus, such as shop',
      ),
    ),
    /** Whether webhooks may call this machine, without TLS. For the local cloud: never in AWS. */
    outgoingLoopback: v.optional(flag, false),
    /** The sender of mail, which SES has verified, or whose domain it has. @default no mail is sent */
    mailFrom: v.optional(v.pipe(v.string(), v.email('it has to be an e-mail address'))),
    /** Whether to serve the pages to subscribe, confirm, set preferences and unsubscribe. Links in mails need them. */
    pages: v.optional(flag, true),
    /** Whether a new version gets a tenth of the requests for five minutes, and is rolled back if it fails. */
    canary: v.optional(flag, false),
    /** The address for alarm mails. @default alarms only appear on the dashboard */
    alarmEmail: v.optional(v.pipe(v.string(), v.email('it has to be an e-mail address'))),
    /** US dollars a month. AWS mails `alarmEmail` when 80 % are spent, or when the forecast exceeds it. */
    monthlyBudget: v.optional(integer(1)),
    /** Reads and writes a second that the table and each index serve at once. A raise costs once and is permanent. */
    warmThroughput: v.optional(warmThroughput),
    /** An existing table to use instead of the stack's own, such as a restored one. */
    tableName: v.optional(text(/^[A-Za-z0-9_.-]{3,255}$/, 'it has to be the name of a DynamoDB table')),
    /** The stream of `tableName`. `npm run deploy` looks it up. */
    tableStreamArn: v.optional(
      text(/^arn:aws[a-z-]*:dynamodb:.*:table\/.*\/stream\//, 'it has to be the ARN of a table stream'),
    ),
    /**
     * Whether the stack has its own table. `false` needs `tableName`, and removes the own table only from the stack.
     */
    ownTable: v.optional(flag, true),
    /** The concurrent executions available to these functions. `npm run deploy` reads them; they are not stored. */
    accountConcurrency: v.optional(integer(1)),
    /** Only for an existing stack: a protected stack whose creation failed cannot be created again. Not stored. */
    terminationProtection: v.optional(flag, false),
  }),
  v.check(
    ({ domainName, certificateArn }) => (domainName === undefined) === (certificateArn === undefined),
    'set domainName and certificateArn together, or neither',
  ),
  v.check(
    ({ websiteDomain, websiteCertificateArn, websitePath }) =>
      (websiteDomain === undefined) === (websiteCertificateArn === undefined) &&
      (websitePath === undefined || websiteDomain !== undefined),
    'set websiteDomain and websiteCertificateArn together, or neither; websitePath needs both',
  ),
  v.check(({ mailFrom, pages }) => mailFrom === undefined || pages, 'mailFrom needs pages, because mails link to them'),
  v.check(
    ({ monthlyBudget, alarmEmail }) => monthlyBudget === undefined || alarmEmail !== undefined,
    'monthlyBudget needs alarmEmail, which gets its mails',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { reservedConcurrency: reserved, importsConcurrency } = dataset.value;
    if (reserved === undefined || reserved >= importsConcurrency) return;
    addIssue({
      message: `reservedConcurrency=${reserved} is below importsConcurrency=${importsConcurrency}: a queue would deliver more messages than its worker can take, and after five refusals a message goes to the dead-letter queue. Raise reservedConcurrency or lower importsConcurrency`,
    });
  }),
  v.check(
    ({ tableName, tableStreamArn }) => (tableName === undefined) === (tableStreamArn === undefined),
    'set tableName and tableStreamArn together, or neither. `npm run deploy -- -c tableName=…` looks up the stream',
  ),
  v.check(
    ({ tableName, ownTable }) => ownTable || tableName !== undefined,
    'ownTable=false needs tableName, or there would be no table',
  ),
);

export type Settings = Readonly<v.InferOutput<typeof Context>>;
/** Settings before defaults, as `npm run deploy` stores them. */
export type SettingTexts = Readonly<Record<string, string>>;

export const settingNames: readonly string[] = Object.keys(Context.entries);
/** Settings of a single run, which are not stored. */
const transientNames: readonly string[] = ['name', 'accountConcurrency', 'terminationProtection'];
export const storedNames: readonly string[] = settingNames.filter((name) => !transientNames.includes(name));

/** `/tributary/Shop/settings` */
export const settingsParameter = (name: string): string => `/tributary/${name}/settings`;

/** A value as the command line or cdk.json has it. */
const format = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Validates settings and adds defaults. The error lists all problems. */
export const parseSettings = (all: Readonly<Record<string, unknown>>): Settings => {
  // `-c name=` clears a setting.
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && value !== null));
  const { success, output, issues } = v.safeParse(Context, given);
  if (success) return output;
  const problems = issues.map((issue) => {
    const name = v.getDotPath(issue);
    const what = problemText(issue, 'it');
    return name === null ? what : `-c ${name}=${format(given[name])}: ${what}`;
  });
  throw new Error(`Some settings are invalid:\n  ${problems.join('\n  ')}`);
};

const contextOf = (node: Node): Record<string, unknown> =>
  Object.fromEntries(settingNames.map((name) => [name, node.tryGetContext(name)]));

/** Reads every setting from CDK's context (`-c name=value`, or `context` in cdk.json). */
export const readSettings = (node: Node): Settings => parseSettings(contextOf(node));

/** The settings that the next deployment has to know, as texts. */
export const storedSettings = (all: Readonly<Record<string, unknown>>): SettingTexts =>
  Object.fromEntries(
    storedNames
      .map((name) => [name, all[name]] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => [name, String(value)]),
  );

export const readStoredSettings = (node: Node): SettingTexts => storedSettings(contextOf(node));
