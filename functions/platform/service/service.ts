import type { Route } from '../http/route.ts';
import type { Use } from '../resources/resources.ts';
import type { TransferTrigger, Trigger, TriggeredService, UploadTrigger } from '../workers/trigger.ts';
import type { FirstQueue, QueueDeclaration } from './queues.ts';

/** Declares a deployment unit. CDK, the tests and the OpenAPI document are derived from it. */
export interface ServiceDeclaration {
  readonly name: string;
  /** By operation id. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly triggers: readonly Trigger[];
  /**
   * Queues in addition to the first one, which exists if a trigger names no queue. Each has its own function. @default
   * none
   */
  readonly queues?: readonly QueueDeclaration[];
  /** Settings of the first queue. */
  readonly firstQueue?: FirstQueue;
  /**
   * Whether it reads the table's stream and sends the changes to all services with `change` triggers. One service does.
   * @default false
   */
  readonly readsStream?: boolean;
  /** Whether it locates visitors, if the deployment does. Its code then contains the file of countries. @default false */
  readonly locatesVisitors?: boolean;
  /** Whether its function also answers paths that belong to no service. @default false */
  readonly answersUnknownPaths?: boolean;
  /** The permissions of its functions. */
  readonly uses: readonly Use[];
  /** The permissions of the functions that consume its queues. @default `uses` */
  readonly workerUses?: readonly Use[];
  /** Called with each message that moves to the dead letters. */
  readonly onDeadLetter?: NonNullable<TriggeredService['onDeadLetter']>;
  /** The permissions of the function that fails the jobs of exhausted messages. @default the table and its queue */
  readonly exhaustedUses?: readonly Use[];
}

/** The permissions of all its functions together. */
export const allUsesOf = ({ uses, workerUses = [], exhaustedUses = [] }: ServiceDeclaration): Use[] => [
  ...uses,
  ...workerUses,
  ...exhaustedUses,
];

export type FileTrigger = UploadTrigger | TransferTrigger;

/** The folders that a service watches for files, without duplicates. */
export const filePrefixesOf = ({ triggers }: Pick<ServiceDeclaration, 'triggers'>, on: FileTrigger['on']): string[] => [
  ...new Set(triggers.flatMap((trigger) => (trigger.on === on && 'prefix' in trigger ? [trigger.prefix] : []))),
];

/** Folders that belong to one service as a whole: its paths are too many for two routes each. */
const WHOLE_FOLDERS = ['/v1'];

/** The path prefixes by which API Gateway selects the function: `/api/profiles/{id}/lists` -> `/api/profiles`. */
export const prefixesOf = (service: ServiceDeclaration): string[] => [
  ...new Set(
    Object.values(service.routes).map(
      ({ path }) =>
        WHOLE_FOLDERS.find((folder) => path.startsWith(`${folder}/`)) ?? path.split('/').slice(0, 3).join('/'),
    ),
  ),
];
