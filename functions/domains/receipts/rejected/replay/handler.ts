import type { ErrorCode, Problem } from '../../../../platform/errors.ts';
import type { Services } from '../../../../platform/resources/services.ts';
import type { Context } from '../../../accounts/context.ts';
import type { RejectedItem } from '../rejected-item.ts';

/** What became of a replay. */
export type ReplayResult =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'rejected';
      readonly code: ErrorCode | 'dead_letter' | 'unknown_topic';
      readonly problems: readonly Problem[];
    };

export type ReplayContext = Services & Pick<Context, 'account' | 'accountSettings' | 'caller'>;

/** A rejected item with its payload, as it was kept. */
export type Replayable = Omit<RejectedItem, 'payload'> & { readonly payload: string };

/**
 * Processes a rejected item again, with the rights that it came with, as of the time of its receipt. It can run more
 * than once. It throws what may pass.
 */
export type ReplayHandler = (item: Replayable, context: ReplayContext) => Promise<ReplayResult>;

export type ReplayHandlers = Readonly<Record<string, ReplayHandler>>;
