import type { ChangeKind, Images } from '../resources/change-consumer.ts';
import type { Services } from '../resources/services.ts';
import type { Change } from './change.ts';

/** Work on changes of the table's items, which a queue of its own brings. */
export interface ChangeTrigger {
  readonly on: 'change';
  /** The queue, as the domain declares it. Each change trigger has one to itself. @default 'changes' */
  readonly queue?: string;
  /** @default all */
  readonly kinds?: readonly ChangeKind[];
  /** What the sort keys of the items begin with. @default any */
  readonly sortKeyPrefixes?: readonly string[];
  /** The `type` of the items' entities. @default any */
  readonly types?: readonly string[];
  /** Of an item before and after: what isn't needed isn't sent. */
  readonly images: Images;
  /**
   * The changes of one partition key, such as a profile's, come in order, and a later one waits for an earlier one that
   * fails. Its queue has to be declared FIFO. @default in any order
   */
  readonly orderedBy?: 'profile';
  /**
   * For how long changes may be gathered, at most 300: the more come together, the less each costs. The least that any
   * consumer declares holds for all. @default 300
   */
  readonly gatherSeconds?: number;
  /**
   * May be called again with changes that it knows. Answers those that it will never be able to handle, which are set
   * aside at once; where it throws, all of them come again.
   */
  handle(changes: readonly Change[], services: Services): Promise<readonly Change[]>;
}

export const GATHER_SECONDS = 300;

export const CHANGES_QUEUE = 'changes';

/** `archive-changes`: names the queue of a change trigger, and the function on it. */
export const consumerName = (domain: string, { queue = CHANGES_QUEUE }: Pick<ChangeTrigger, 'queue'>): string =>
  `${domain}-${queue}`;
