import type { Route } from '../http/route.ts';
import type { TransferTrigger, Trigger, UploadTrigger } from '../workers/trigger.ts';
import type { QueueDeclaration } from './queues.ts';

/** One slice of the product: all that CDK, the tests and the OpenAPI document need to know of it. */
export interface Domain {
  readonly name: string;
  /** By operation id. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly triggers: readonly Trigger[];
  /** Queues beside its first one, which is there where triggers name none. Each has a function to itself. @default none */
  readonly queues?: readonly QueueDeclaration[];
  /** It reads the table's stream, and sends changes to all domains with `change` triggers: one does. @default false */
  readonly readsStream?: boolean;
  /** Its function also answers paths that no domain has. @default false */
  readonly answersUnknownPaths?: boolean;
  /** What its functions are granted. */
  readonly uses: readonly Resource[];
  /** What the functions that work through its queues are granted instead. @default what the others are */
  readonly workerUses?: readonly Resource[];
  /** And the one that fails the jobs of messages which were tried too often. @default the table and its queue */
  readonly exhaustedUses?: readonly Resource[];
}

/**
 * What a domain's functions are granted, and nothing else.
 *
 * `table` reads, writes and removes items one by one or in transactions; `table:read` gets many items by their keys, and
 * `table:erase` removes entries of ledgers too. `table:create-many` and `table:update-many` write many items at once,
 * `table:check` makes a transaction depend on an item that it doesn't write.
 *
 * `queue` sends to the domain's own queues of messages, which exist where there are triggers that need them, and `schedule`
 * has it send to the first one much later. `mail` sends from the deployment's sender, and `sender` only knows whether there is one.
 */
export type Resource =
  | 'table'
  | 'table:read'
  | 'table:erase'
  | 'table:create-many'
  | 'table:update-many'
  | 'table:check'
  | 'queue'
  | 'schedule'
  | 'sender'
  | 'mail'
  | FileUse;

/** What is done to objects of a bucket: each right with the folders that it holds for, each with a slash at its end. */
export interface FileUse extends Readonly<Partial<Record<FileRight, readonly string[]>>> {
  readonly bucket: 'imports' | 'archive';
}

/**
 * `read` also lists, and tells an object that isn't there from one that may not be read. `link` hands out addresses where
 * others download. `writeParts` writes what comes as a stream. `remove` leaves older versions, `erase` finds and removes
 * every version.
 */
export type FileRight = 'read' | 'readVersions' | 'link' | 'write' | 'writeParts' | 'remove' | 'erase';

export const fileUsesOf = (uses: readonly Resource[], bucket: FileUse['bucket']): FileUse[] =>
  uses.filter((use) => typeof use === 'object').filter((use) => use.bucket === bucket);

export const usesSchedules = ({ uses, workerUses = [] }: Domain): boolean =>
  [...uses, ...workerUses].includes('schedule');

export type FileTrigger = UploadTrigger | TransferTrigger;

/** The folders in which a domain waits for files, each once. */
export const filePrefixesOf = ({ triggers }: Pick<Domain, 'triggers'>, on: FileTrigger['on']): string[] => [
  ...new Set(triggers.flatMap((trigger) => (trigger.on === on && 'prefix' in trigger ? [trigger.prefix] : []))),
];

/** `/api/profiles/{id}/lists` -> `/api/profiles`: as much of a path as API Gateway needs to pick the function. */
export const prefixesOf = (domain: Domain): string[] => [
  ...new Set(Object.values(domain.routes).map(({ path }) => path.split('/').slice(0, 3).join('/'))),
];
