import { ulid } from 'ulid';
import { type Log, openLog } from '../log.ts';
import { type MailDomains, openMailDomains } from '../mail/domains.ts';
import { type Mail, openMail } from '../mail/mail.ts';
import { type BatchQueue, openBatchQueue } from '../queues/batch.ts';
import { openQueue, openRawQueue, type Queue, type RawQueue } from '../queues/queue.ts';
import { random } from '../random.ts';
import { openSchedules, type Schedules } from '../schedule/schedules.ts';
import { type Files, openFiles } from '../storage/files.ts';
import { type Connection, openDynamo } from '../table/client/dynamo.ts';
import type { OpenPost } from '../table/client/transport/transport.ts';
import { openSharedTable, type SharedTable } from '../table/shared.ts';
import { type ChangeConsumer, type Env, readEnv } from './env.ts';

/** Everything impure that a domain may touch: built once a process here, or by hand in a test. */
export interface Services {
  readonly table: SharedTable;
  /** The imports bucket. Throws where the domain doesn't declare that it uses it. */
  readonly imports: () => Files;
  /** The bucket that events are archived in, likewise. */
  readonly archive: () => Files;
  /** The domain's own queue, likewise; or one of those that it declares, by its name. */
  readonly queue: (name?: string) => Queue;
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

/** `open` is how the table is reached. */
export const fromEnvironment = (open?: OpenPost): Services => {
  built ??= openServices(environment(), {}, open);
  return built;
};

// biome-ignore lint/style/noProcessEnv: the one place that reads it
const environment = (): Env => readEnv(process.env);

let exhausted: { readonly queue: RawQueue; readonly deadLetters: RawQueue } | undefined;

/** What the function needs that takes messages which were tried too often. */
export const exhaustedFromEnvironment = () => {
  const env = environment();
  exhausted ??= {
    queue: openRawQueue(needed(env.SOURCE_QUEUE_URL, 'SOURCE_QUEUE_URL', 'queue')),
    deadLetters: deadLettersOf(env),
  };
  return { services: fromEnvironment(), ...exhausted };
};

const deadLettersOf = ({ DEAD_LETTERS_URL }: Env): RawQueue =>
  openRawQueue(needed(DEAD_LETTERS_URL, 'DEAD_LETTERS_URL', 'queue'));

let deadLetters: RawQueue | undefined;

/** What the functions need that work on changes. */
export const changeWorkerFromEnvironment = () => {
  deadLetters ??= deadLettersOf(environment());
  return { services: fromEnvironment(), deadLetters };
};

let consumers: readonly (ChangeConsumer & { readonly queue: BatchQueue })[] | undefined;

/** What the function needs that reads the table's stream. */
export const readerFromEnvironment = () => {
  consumers ??= (environment().CHANGE_CONSUMERS ?? []).map((one) => ({ ...one, queue: openBatchQueue(one.url) }));
  const { services, deadLetters: notices } = changeWorkerFromEnvironment();
  return { services, consumers, notices };
};

/** Services on real clients. `connection` is what every AWS client is given besides its defaults. */
export const openServices = (env: Env, connection: Connection = {}, open?: OpenPost): Services => {
  let imports: Files | undefined;
  let archive: Files | undefined;
  const queues = new Map<string, Queue>();
  return {
    table: openSharedTable(env.TABLE_NAME, openDynamo(connection, { open })),
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
    queue: (name) => {
      const known = queues.get(name ?? '');
      if (known) return known;
      const url = name === undefined ? env.QUEUE_URL : env.QUEUE_URLS?.[name];
      // Schedules send to the first queue.
      const schedules = name === undefined ? schedulesOf(env, connection) : undefined;
      const opened = openQueue(
        needed(url, 'QUEUE_URL', name === undefined ? 'queue' : `the queue ${name}`),
        connection,
        schedules,
      );
      queues.set(name ?? '', opened);
      return opened;
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
