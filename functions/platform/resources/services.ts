import { ulid } from 'ulid';
import { type Log, openLog } from '../log.ts';
import { type MailDomains, openMailDomains } from '../mail/domains.ts';
import { type BatchQueue, openBatchQueue } from '../queues/batch.ts';
import { openRawQueue, type RawQueue } from '../queues/queue.ts';
import { random } from '../random.ts';
import type { Connection } from '../table/client/dynamo.ts';
import type { TransportFactory } from '../table/client/transport/transport.ts';
import type { ChangeConsumer } from './change-consumer.ts';
import { type Env, readEnv } from './env.ts';
import { type OpenResources, openResources } from './open.ts';

/** Everything impure that a domain may touch: its resources, and these. Built once a process here, or by hand in a test. */
export interface Services extends OpenResources {
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
export const openServices = (env: Env, connection: Connection = {}, transport?: TransportFactory): Services => ({
  ...openResources(env, { connection, transport }),
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
});

const needed = (value: string | undefined, name: string, use: string): string => {
  if (value === undefined) throw new Error(`${name} is not set: the domain has to declare that it uses ${use}.`);
  return value;
};
