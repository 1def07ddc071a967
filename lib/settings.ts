import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as v from 'valibot';

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
    /** Who is told when an alarm goes off; absent leaves the alarms to the dashboard. */
    alarmEmail: v.optional(v.pipe(v.string(), v.email('it has to be an e-mail address'))),
  }),
  v.check(
    ({ domainName, certificateArn }) => (domainName === undefined) === (certificateArn === undefined),
    'domainName and certificateArn are given both or not at all',
  ),
  v.check(
    ({ mailFrom, pages }) => mailFrom === undefined || pages,
    'mailFrom needs pages: links in mails lead to them',
  ),
);

export type Settings = Readonly<v.InferOutput<typeof Context>>;

/** Reads every setting from CDK's context (`-c name=value`, or `context` in cdk.json), and reports all that are wrong. */
export const readSettings = (node: Node): Settings => {
  const names = Object.keys(Context.entries);
  const given = Object.fromEntries(names.map((name) => [name, node.tryGetContext(name)]));
  const { success, output, issues } = v.safeParse(Context, given);
  if (success) return output;
  const problems = issues.map((issue) => {
    const name = v.getDotPath(issue);
    return name === null ? issue.message : `-c ${name}=${String(given[name])}: ${issue.message}`;
  });
  throw new Error(`Some settings can't be used:\n  ${problems.join('\n  ')}`);
};
