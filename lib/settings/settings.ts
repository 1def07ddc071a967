import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as v from 'valibot';
import { problemText } from '../../functions/platform/validation/problem-text.ts';

// `cdk deploy -c name=value` gives strings, cdk.json gives whatever JSON has: both are welcome.
const integer = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.toNumber())], 'it has to be a whole number'),
    v.integer('it has to be a whole number'),
    v.minValue(least, `it has to be at least ${least}`),
    v.maxValue(most, `it may be at most ${most}`),
  );
/** S3 counts days in 32 bits; nobody plans for more than a century. */
const days = integer(1, 36_500);
const claim = v.union(
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

// What a new on-demand table has anyway. AWS refuses less.
const LEAST_WARM = { reads: 12_000, writes: 4_000 };
const warmSyntax = `it has to be reads/writes a second, at least ${LEAST_WARM.reads}/${LEAST_WARM.writes}`;

const warmThroughput = v.pipe(
  text(/^\d{1,9}\/\d{1,9}$/, warmSyntax),
  v.transform((pair) => {
    const [reads = 0, writes = 0] = pair.split('/').map(Number);
    return { reads, writes };
  }),
  v.check(({ reads, writes }) => reads >= LEAST_WARM.reads && writes >= LEAST_WARM.writes, warmSyntax),
);

const logRetention = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const Context = v.pipe(
  v.object({
    /** Begins the names of both stacks, so that one account can hold several deployments. */
    name: v.optional(
      text(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'it has to be a letter, then at most 39 letters, digits and hyphens'),
      'Tributary',
    ),
    /** Off only for deployments that may be thrown away: then deleting the stacks deletes the data. */
    protect: v.optional(claim, true),
    /** How long an event stays in the table; absent keeps it for ever. */
    eventRetentionDays: v.optional(days),
    /** How long an event stays in the archive; absent keeps it for ever. */
    archiveRetentionDays: v.optional(days),
    /** How long after an erasure it is looked for what was under way; less than 25 hours only where nothing can be. */
    erasureSettleMinutes: v.optional(integer(1)),
    uploadRetentionDays: v.optional(days, 90),
    reportRetentionDays: v.optional(days, 30),
    noncurrentVersionDays: v.optional(days, 30),
    logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
    logRetentionDays: v.optional(
      v.pipe(
        integer(1),
        v.picklist(logRetention, `CloudWatch keeps logs for ${logRetention.join(', ')} days and for no other time`),
      ),
      RetentionDays.ONE_MONTH,
    ),
    /** A server where files can be dropped by SFTP. AWS charges $0.30 an hour for it, used or not. */
    sftp: v.optional(claim, false),
    /** Requests a second, over all callers together; each API key has limits of its own besides. */
    throttleRate: v.optional(integer(1), 2_000),
    throttleBurst: v.optional(integer(1), 4_000),
    /** How many files and chunks are worked on at once, in each domain. */
    importsConcurrency: v.optional(integer(2, 1_000), 10),
    /** Concurrency that queue workers are given and kept to; absent lets them share the account's. */
    reservedConcurrency: v.optional(integer(1)),
    workerTimeoutSeconds: v.optional(integer(5, 900), 900),
    domainName: v.optional(text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'it has to be a host name, such as in.example.com')),
    certificateArn: v.optional(text(/^arn:aws[a-z-]*:acm:/, 'it has to be the ARN of a certificate in ACM')),
    /** The origin that links in answers begin with; absent takes the custom domain, or the request's. */
    publicUrl: v.optional(v.pipe(v.string(), v.url('it has to be a URL, such as https://in.example.com'))),
    /** `path` where buckets are not host names. */
    s3Addressing: v.optional(v.picklist(['host', 'path']), 'host'),
    /** The address that mail goes out from; SES has to have verified it, or its domain. Absent: none goes out. */
    mailFrom: v.optional(v.pipe(v.string(), v.email('it has to be an e-mail address'))),
    /** Hosted pages to subscribe, confirm, choose and unsubscribe; without them no link in a mail leads anywhere. */
    pages: v.optional(claim, true),
    /** New versions of what answers requests get a tenth of them for five minutes, and go back where they fail. */
    canary: v.optional(claim, false),
    /** The address that alarms are mailed to; absent leaves the alarms to the dashboard. */
    alarmEmail: v.optional(v.pipe(v.string(), v.email('it has to be an e-mail address'))),
    /** US dollars a month: a mail to `alarmEmail` when 80 % are spent, or more than all of it is forecast. */
    monthlyBudget: v.optional(integer(1)),
    /** Reads and writes a second that the table and each index serve at once. It can only be raised, for one payment. */
    warmThroughput: v.optional(warmThroughput),
    /** An existing table to use instead of the stack's own, such as one that was restored. */
    tableName: v.optional(text(/^[A-Za-z0-9_.-]{3,255}$/, 'it has to be the name of a DynamoDB table')),
    /** Of `tableName`. `npm run deploy` finds it. */
    tableStreamArn: v.optional(
      text(/^arn:aws[a-z-]*:dynamodb:.*:table\/.*\/stream\//, 'it has to be the ARN of a table stream'),
    ),
    /** Off removes the stack's own table from the stack, where `tableName` names another. AWS keeps it. */
    ownTable: v.optional(claim, true),
    /** Concurrent executions that the account has left for these functions. `npm run deploy` reads it; it is not stored. */
    accountConcurrency: v.optional(integer(1)),
    /** On only when the stack stands: a protected stack whose creation failed can't be created again. Not stored. */
    terminationProtection: v.optional(claim, false),
  }),
  v.check(
    ({ domainName, certificateArn }) => (domainName === undefined) === (certificateArn === undefined),
    'domainName and certificateArn are given both or not at all',
  ),
  v.check(
    ({ mailFrom, pages }) => mailFrom === undefined || pages,
    'mailFrom needs pages: links in mails lead to them',
  ),
  v.check(
    ({ monthlyBudget, alarmEmail }) => monthlyBudget === undefined || alarmEmail !== undefined,
    'monthlyBudget needs alarmEmail: its mails go there',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { reservedConcurrency: reserved, importsConcurrency } = dataset.value;
    if (reserved === undefined || reserved >= importsConcurrency) return;
    addIssue({
      message: `reservedConcurrency=${reserved} is below importsConcurrency=${importsConcurrency}: a queue would bring more messages than its worker may take, and those turned away five times end in the dead-letter queue. Raise the one or lower the other`,
    });
  }),
  v.check(
    ({ tableName, tableStreamArn }) => (tableName === undefined) === (tableStreamArn === undefined),
    'tableName and tableStreamArn go together. `npm run deploy -- -c tableName=…` looks the stream up',
  ),
  v.check(
    ({ tableName, ownTable }) => ownTable || tableName !== undefined,
    'ownTable=false needs tableName: there would be no table',
  ),
);

export type Settings = Readonly<v.InferOutput<typeof Context>>;
/** Settings as they were given, before defaults: what `npm run deploy` remembers. */
export type Given = Readonly<Record<string, string>>;

export const settingNames: readonly string[] = Object.keys(Context.entries);
/** What is true of one run: which deployment, and what the account has. */
const passing: readonly string[] = ['name', 'accountConcurrency', 'terminationProtection'];
export const storedNames: readonly string[] = settingNames.filter((name) => !passing.includes(name));

/** `/tributary/Shop/settings` */
export const settingsParameter = (name: string): string => `/tributary/${name}/settings`;

/** As it stands on the command line, or in cdk.json. */
const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Checks settings together and fills in defaults; reports everything that is wrong. */
export const parseSettings = (all: Readonly<Record<string, unknown>>): Settings => {
  // `-c name=` clears a setting.
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && value !== null));
  const { success, output, issues } = v.safeParse(Context, given);
  if (success) return output;
  const problems = issues.map((issue) => {
    const name = v.getDotPath(issue);
    const what = problemText(issue, 'it');
    return name === null ? what : `-c ${name}=${written(given[name])}: ${what}`;
  });
  throw new Error(`Some settings can't be used:\n  ${problems.join('\n  ')}`);
};

const contextOf = (node: Node): Record<string, unknown> =>
  Object.fromEntries(settingNames.map((name) => [name, node.tryGetContext(name)]));

/** Reads every setting from CDK's context (`-c name=value`, or `context` in cdk.json). */
export const readSettings = (node: Node): Settings => parseSettings(contextOf(node));

/** Only those that were given and that the next deployment has to know, as text. */
export const storedSettings = (all: Readonly<Record<string, unknown>>): Given =>
  Object.fromEntries(
    storedNames
      .map((name) => [name, all[name]] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => [name, String(value)]),
  );

export const readStoredSettings = (node: Node): Given => storedSettings(contextOf(node));
