import type { Route } from '../http/route.ts';
import type { Use } from '../resources/resources.ts';
import type { StreamTrigger, TransferTrigger, Trigger, UploadTrigger } from '../workers/trigger.ts';

/** One slice of the product: all that CDK, the tests and the OpenAPI document need to know of it. */
export interface Domain {
  readonly name: string;
  /** By operation id. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly triggers: readonly Trigger[];
  /** Its function also answers paths that no domain has. @default false */
  readonly answersUnknownPaths?: boolean;
  /** What its functions are granted. */
  readonly uses: readonly Use[];
  /** What the function that works through its queue is granted instead. @default what the others are */
  readonly workerUses?: readonly Use[];
  /** And the one that fails the jobs of messages which were tried too often. @default the table and its queue */
  readonly exhaustedUses?: readonly Use[];
}

/** Whether uploads or messages are brought to it. */
export const hasQueue = ({ triggers }: Domain): boolean => triggers.some(({ on }) => on !== 'stream');

/** What any of its functions uses. */
export const everyUseOf = ({ uses, workerUses = [], exhaustedUses = [] }: Domain): Use[] => [
  ...uses,
  ...workerUses,
  ...exhaustedUses,
];

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
