import type { ChangeKind, Images } from '../resources/change-consumer.ts';
import type { Services } from '../resources/services.ts';
import type { Change } from './change.ts';

/** Handles changes of the table's items, from a queue of its own. */
export interface ChangeTrigger {
  readonly on: 'change';
  /** The queue, as the service declares it. Each change trigger needs its own. @default 'changes' */
  readonly queue?: string;
  /** @default all */
  readonly kinds?: readonly ChangeKind[];
  /** Prefixes of the items' sort keys. @default any */
  readonly sortKeyPrefixes?: readonly string[];
  /** The `type` of the items' entities. @default any */
  readonly types?: readonly string[];
  /** Which images of the item to send. Images that are not needed are not sent. */
  readonly images: Images;
  /** The attributes of the images to send, which makes messages smaller. @default all */
  readonly attributes?: readonly string[];
  /**
   * Delivers the changes of one partition key, such as a profile's, in order: a failed change blocks the later ones.
   * Its queue has to be declared FIFO. @default in any order
   */
  readonly orderedBy?: 'profile';
  /**
   * Lets ordered partition keys share this many message groups: a batch then costs at most as many messages, but a
   * failing change blocks its whole lane. @default one group for each key
   */
  readonly lanes?: number;
  /**
   * How long changes may be batched, at most 300 seconds. Larger batches cost less per change. The smallest value of
   * all consumers applies to all. @default 300
   */
  readonly gatherSeconds?: number;
  /**
   * Those of `types` whose changes come within seconds. They come before changes of other types that were made a little
   * earlier, unless the deployment gathers all changes for as short a time. @default none
   */
  readonly urgentTypes?: readonly string[];
  /**
   * Must be idempotent: changes can be delivered again. Returns the changes that it can never handle, which are set
   * aside at once. If it throws, all changes are delivered again.
   */
  handle(changes: readonly Change[], services: Services): Promise<readonly Change[]>;
}

export const GATHER_SECONDS = 300;
/** How long the reader of the stream gathers urgent changes. */
export const URGENT_SECONDS = 2;

export const CHANGES_QUEUE = 'changes';

/** Names the queue of a change trigger and its function, such as `archive-changes`. */
export const consumerName = (service: string, { queue = CHANGES_QUEUE }: Pick<ChangeTrigger, 'queue'>): string =>
  `${service}-${queue}`;
