import { ulid } from 'ulid';
import { type Log, openLog } from '../log.ts';
import { type MailDomains, openMailDomains } from '../mail/domains.ts';
import { type Mail, openMail } from '../mail/mail.ts';
import { openQueue, openRawQueue, type Queue, type RawQueue } from '../queues/queue.ts';
import { random } from '../random.ts';
import { openSchedules, type Schedules } from '../schedule/schedules.ts';
import { type Files, openFiles } from '../storage/files.ts';
import { type Connection, openDynamo } from '../table/client/dynamo.ts';
import type { TransportFactory } from '../table/client/transport/transport.ts';
import { openSharedTable, type SharedTable } from '../table/shared-table.ts';
import { type Env, readEnv } from './env.ts';

/** Everything impure that a domain may touch: built once a process here, or by hand in a test. */
export interface Services {
  readonly table: SharedTable;
  /** The imports bucket. Throws where the domain doesn't declare that it uses it. */
  readonly imports: () => Files;
  /** The bucket that events are archived in, likewise. */
  readonly archive: () => Files;
  /** The domain's own queue, likewise. */
  readonly queue: () => Queue;
  /** Absent where the deployment has no sender, or the domain doesn't declare that it uses mail. One that only uses the sender may not send. */
  readonly mail?: Mail;
  readonly mailDomains: MailDomains;
  readonly now: () => Date;
  /** A ULID: sorts by the time it stands for, by default now. */
  readonly newId: (at?: Date) => string;
  readonly log: Log;
  readonly settings: Settings;
}

export interface Settings {
  /** How long an event stays in the table; absent keeps it for ever. */
  readonly eventRetentionDays?: number;
  /** The origin that links in answers begin with; absent takes it from the request. */
  readonly publicUrl?: string;
  /** How long after an erasure it is looked for what was under way. @default 25 hours */
  readonly erasureSettleMinutes?: number;
  /** There are no hosted pages here. */
  readonly hidesPages?: boolean;
}

let built: Services | undefined;

/** `transport` carries the requests to the table. */
export const fromEnvironment = (transport?: TransportFactory): Services => {
  built ??= openServices(environment(), {}, transport);
  return built;
};

// biome-ignore lint/style/noProcessEnv: the one place that reads it
const environment = (): Env => readEnv(process.env);

let exhausted: { readonly queue: RawQueue; readonly deadLetters: RawQueue } | undefined;

/** What the function needs that takes messages which were tried too often. */
export const exhaustedFromEnvironment = () => {
  const env = environment();
  exhausted ??= {
    queue: openRawQueue(needed(env.QUEUE_URL, 'QUEUE_URL', 'queue')),
    deadLetters: openRawQueue(needed(env.DEAD_LETTERS_URL, 'DEAD_LETTERS_URL', 'queue')),
  };
  return { services: fromEnvironment(), ...exhausted };
};

/** Services on real clients. `connection` is what every AWS client is given besides its defaults. */
export const openServices = (env: Env, connection: Connection = {}, transport?: TransportFactory): Services => {
  let imports: Files | undefined;
  let archive: Files | undefined;
  let queue: Queue | undefined;
  return {
    table: openSharedTable(env.TABLE_NAME, openDynamo(connection, { transport })),
    imports: () => {
      const bucket = needed(env.IMPORTS_BUCKET, 'IMPORTS_BUCKET', 'the imports bucket');
      imports ??= openFiles(bucket, { addressing: env.S3_ADDRESSING, ...connection });
      return imports;
    },
    archive: () => {
      const bucket = needed(env.ARCHIVE_BUCKET, 'ARCHIVE_BUCKET', 'the archive');
      archive ??= openFiles(bucket, { addressing: env.S3_ADDRESSING, ...connection });
      return archive;
    },
    queue: () => {
      queue ??= openQueue(needed(env.QUEUE_URL, 'QUEUE_URL', 'queue'), connection, schedulesOf(env, connection));
      return queue;
    },
    ...(env.MAIL_FROM && {
      mail: openMail({ from: env.MAIL_FROM, configurationSet: env.MAIL_CONFIGURATION_SET }, connection),
    }),
    mailDomains: openMailDomains(),
    now: () => new Date(),
    newId: (at) => ulid(at?.getTime(), random),
    log: openLog(env.LOG_LEVEL),
    settings: {
      ...(env.EVENT_RETENTION_DAYS !== undefined && { eventRetentionDays: env.EVENT_RETENTION_DAYS }),
      ...(env.PUBLIC_URL !== undefined && { publicUrl: env.PUBLIC_URL }),
      ...(env.ERASURE_SETTLE_MINUTES !== undefined && { erasureSettleMinutes: env.ERASURE_SETTLE_MINUTES }),
      ...(env.PAGES === 'off' && { hidesPages: true }),
    },
  };
};

/** Absent where the domain declares no schedules. */
const schedulesOf = (env: Env, connection: Connection): Schedules | undefined => {
  const { SCHEDULE_GROUP: group, SCHEDULE_ROLE_ARN: roleArn } = env;
  const { SCHEDULE_QUEUE_ARN: queueArn, SCHEDULE_DEAD_LETTER_ARN: deadLetterArn } = env;
  return group && roleArn && queueArn && deadLetterArn
    ? openSchedules({ group, roleArn, queueArn, deadLetterArn }, connection)
    : undefined;
};

const needed = (value: string | undefined, name: string, use: string): string => {
  if (value === undefined) throw new Error(`${name} is not set: the domain has to declare that it uses ${use}.`);
  return value;
};
