import type { Route } from '../http/route.ts';
import type { Use } from '../resources/resources.ts';
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
  readonly uses: readonly Use[];
  /** What the functions that work through its queues are granted instead. @default what the others are */
  readonly workerUses?: readonly Use[];
  /** And the one that fails the jobs of messages which were tried too often. @default the table and its queue */
  readonly exhaustedUses?: readonly Use[];
}

/** What any of its functions uses. */
export const everyUseOf = ({ uses, workerUses = [], exhaustedUses = [] }: Domain): Use[] => [
  ...uses,
  ...workerUses,
  ...exhaustedUses,
];

export type FileTrigger = UploadTrigger | TransferTrigger;

/** The folders in which a domain waits for files, each once. */
export const filePrefixesOf = ({ triggers }: Pick<Domain, 'triggers'>, on: FileTrigger['on']): string[] => [
  ...new Set(triggers.flatMap((trigger) => (trigger.on === on && 'prefix' in trigger ? [trigger.prefix] : []))),
];

/** `/api/profiles/{id}/lists` -> `/api/profiles`: as much of a path as API Gateway needs to pick the function. */
export const prefixesOf = (domain: Domain): string[] => [
  ...new Set(Object.values(domain.routes).map(({ path }) => path.split('/').slice(0, 3).join('/'))),
];
