import type { Route } from './http/route.ts';
import type { StreamTrigger, TransferTrigger, Trigger, UploadTrigger } from './triggers/trigger.ts';

/** One slice of the product: all that CDK, the tests and the OpenAPI document need to know of it. */
export interface Domain {
  readonly name: string;
  /** By operation id. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly triggers: readonly Trigger[];
  readonly uses: readonly Resource[];
  /** What the function that works through its queue is granted instead. @default what the others are */
  readonly workerUses?: readonly Resource[];
  /** And the one that fails the jobs of messages which were tried too often. @default the table and its queue */
  readonly exhaustedUses?: readonly Resource[];
}

/**
 * What a domain's functions are granted, and nothing else: `table` reads and writes, `table:read` gets items by their
 * keys, `table:erase` also removes from ledgers, `imports` reads and writes the imports bucket, `archive:write` puts events
 * into the archive, `archive:read` reads them, `imports:erase` and `archive:erase` read, write over and remove every version in
 * these buckets, `queue` sends to
 * the domain's own queue (which exists where there are triggers that need one), `schedule` lets it send there much later,
 * `mail` sends from the deployment's sender.
 */
export type Resource =
  | 'table'
  | 'table:read'
  | 'table:erase'
  | 'imports:erase'
  | 'archive:erase'
  | 'imports'
  | 'archive:write'
  | 'archive:read'
  | 'queue'
  | 'schedule'
  | 'mail';

/** Whether uploads or messages are brought to it. */
export const hasQueue = ({ triggers }: Domain): boolean => triggers.some(({ on }) => on !== 'stream');

export const usesSchedules = ({ uses, workerUses = [] }: Domain): boolean =>
  [...uses, ...workerUses].includes('schedule');

export const streamTriggersOf = ({ triggers }: Domain): StreamTrigger[] =>
  triggers.filter((trigger) => trigger.on === 'stream');

export type FileTrigger = UploadTrigger | TransferTrigger;

/** The folders in which a domain waits for files, each once. */
export const filePrefixesOf = ({ triggers }: Pick<Domain, 'triggers'>, on: FileTrigger['on']): string[] => [
  ...new Set(triggers.flatMap((trigger) => (trigger.on === on && 'prefix' in trigger ? [trigger.prefix] : []))),
];

/** `/api/profiles/{id}/lists` -> `/api/profiles`: as much of a path as API Gateway needs to pick the function. */
export const prefixesOf = (domain: Domain): string[] => [
  ...new Set(Object.values(domain.routes).map(({ path }) => path.split('/').slice(0, 3).join('/'))),
];
