import { ulid } from 'ulid';
import { type Log, openLog } from '../log.ts';
import { type MailDomains, openMailDomains } from '../mail/domains.ts';
import { type BatchQueue, openBatchQueue } from '../queues/batch.ts';
import { openRawQueue, type RawQueue } from '../queues/queue.ts';
import { openVisibility, type Visibility } from '../queues/visibility.ts';
import { random } from '../random.ts';
import type { Connection } from '../table/client/dynamo.ts';
import type { TransportFactory } from '../table/client/transport/transport.ts';
import type { ChangeConsumer } from './change-consumer.ts';
import { type Env, readEnv } from './env.ts';
import { type OpenResources, openResources } from './open.ts';

/**
 * Everything impure that a service may use: its resources, clock, ids, log and settings. Opened once per process, or
 * built by hand in tests.
 */
export interface Services extends OpenResources {
  readonly mailDomains: MailDomains;
  readonly now: () => Date;
  /** A ULID, which sorts by its time. @default now */
  readonly newId: (at?: Date) => string;
  readonly log: Log;
  readonly settings: Settings;
}

export interface Settings {
  /** How long events stay in the table. Absent: forever. */
  readonly eventRetentionDays?: number;
  /** How long versions of the catalog stay in the table. @default 400 days */
  readonly catalogVersionDays?: number;
  /** The origin of links in responses. Absent: taken from the request. */
  readonly publicUrl?: string;
  /** How long after an erasure to search again, for data that was in flight. @default 25 hours */
  readonly erasureSettleMinutes?: number;
  /** The websites whose pages may make calls with cookies. Absent: none. */
  readonly websiteOrigins?: readonly string[];
  /** The secret of the distribution of websites. Absent: there is none. */
  readonly edgeSecret?: string;
  /** The file with the countries of IP addresses. Absent: visitors are not located. */
  readonly countryDatabase?: string;
  /** Whether outgoing requests may go to this machine, as in the local cloud. */
  readonly reachesLoopback?: boolean;
  /** Whether the deployment has no hosted pages. */
  readonly hidesPages?: boolean;
}

let services: Services | undefined;

/** `transport` is the HTTP transport to the table. */
export const servicesFromEnvironment = (transport?: TransportFactory): Services => {
  services ??= openServices(readProcessEnv(), {}, transport);
  return services;
};

// biome-ignore lint/style/noProcessEnv: the one place that reads it
const readProcessEnv = (): Env => readEnv(process.env);

let exhaustedQueues: { readonly queue: RawQueue; readonly deadLetters: RawQueue } | undefined;

/** The dependencies of the function that handles exhausted messages. */
export const exhaustedFromEnvironment = () => {
  const env = readProcessEnv();
  exhaustedQueues ??= {
    queue: openRawQueue(requireVariable(env.SOURCE_QUEUE_URL, 'SOURCE_QUEUE_URL', 'queue')),
    deadLetters: openDeadLetters(env),
  };
  return { services: servicesFromEnvironment(), ...exhaustedQueues };
};

let visibility: Visibility | undefined;

/** Hides the messages of the queue that this function consumes. */
export const visibilityFromEnvironment = (): Visibility | undefined => {
  const { SOURCE_QUEUE_URL: url } = readProcessEnv();
  if (url !== undefined) visibility ??= openVisibility(url);
  return visibility;
};

const openDeadLetters = ({ DEAD_LETTERS_URL }: Env): RawQueue =>
  openRawQueue(requireVariable(DEAD_LETTERS_URL, 'DEAD_LETTERS_URL', 'queue'));

let deadLetters: RawQueue | undefined;

/** The dependencies of functions that handle changes. */
export const changeWorkerFromEnvironment = () => {
  deadLetters ??= openDeadLetters(readProcessEnv());
  return { services: servicesFromEnvironment(), deadLetters };
};

let consumers: readonly (ChangeConsumer & { readonly queue: BatchQueue })[] | undefined;

/** The dependencies of the function that reads the table's stream. */
export const readerFromEnvironment = () => {
  consumers ??= (readProcessEnv().CHANGE_CONSUMERS ?? []).map((one) => ({ ...one, queue: openBatchQueue(one.url) }));
  const { services, deadLetters: notices } = changeWorkerFromEnvironment();
  return { services, consumers, notices };
};

/** Opens services on real clients. `connection` has options for every AWS client. */
export const openServices = (env: Env, connection: Connection = {}, transport?: TransportFactory): Services => ({
  ...openResources(env, { connection, transport }),
  mailDomains: openMailDomains(),
  now: () => new Date(),
  newId: (at) => ulid(at?.getTime(), random),
  log: openLog(env.LOG_LEVEL),
  settings: {
    ...(env.EVENT_RETENTION_DAYS !== undefined && { eventRetentionDays: env.EVENT_RETENTION_DAYS }),
    ...(env.CATALOG_VERSION_DAYS !== undefined && { catalogVersionDays: env.CATALOG_VERSION_DAYS }),
    ...(env.PUBLIC_URL !== undefined && { publicUrl: env.PUBLIC_URL }),
    ...(env.ERASURE_SETTLE_MINUTES !== undefined && { erasureSettleMinutes: env.ERASURE_SETTLE_MINUTES }),
    ...(env.WEBSITE_ORIGINS && { websiteOrigins: env.WEBSITE_ORIGINS }),
    ...(env.EDGE_SECRET && { edgeSecret: env.EDGE_SECRET }),
    ...(env.COUNTRY_DATABASE && { countryDatabase: env.COUNTRY_DATABASE }),
    ...(env.FETCH === 'loopback' && { reachesLoopback: true }),
    ...(env.PAGES === 'off' && { hidesPages: true }),
  },
});

const requireVariable = (value: string | undefined, name: string, use: string): string => {
  if (value === undefined) throw new Error(`${name} is not set: the domain has to declare that it uses ${use}.`);
  return value;
};
