import type { Account } from '../../../../model/account.ts';
import { ApiError, errorCodes } from '../../../../platform/errors.ts';
import { errorFields, errorName } from '../../../../platform/log.ts';
import type { Services } from '../../../../platform/resources/services.ts';
import { update } from '../../../../platform/table/write.ts';
import { isTransient } from '../../../../platform/transient.ts';
import { reasonsOf } from '../keep.ts';
import { unpackPayload } from '../payload.ts';
import { isReplayed } from '../read.ts';
import type { RejectedItem } from '../rejected-item.ts';
import { rejectedItems } from '../store.ts';
import type { ReplayHandlers, ReplayResult } from './handler.ts';

export type ReplayOutcome = 'replayed' | 'rejected' | 'skipped';

/** Replays one item and marks it. Skips what was replayed before, and what has no payload. */
export const replayItem = async (
  item: RejectedItem,
  { handlers, accountSettings }: { readonly handlers: ReplayHandlers; readonly accountSettings: Account },
  services: Services,
): Promise<ReplayOutcome> => {
  const { account, id, payload: packed, caller, replays = 0 } = item;
  if (isReplayed(item) || packed === undefined) return 'skipped';
  const result = await run({ ...item, payload: unpackPayload(packed) }, handlers, {
    ...services,
    account,
    accountSettings,
    caller,
  });
  const mark = { replayedAt: services.now().toISOString(), replays: replays + 1 };
  const set =
    result.kind === 'accepted'
      ? { ...mark, outcome: 'accepted' }
      : { ...mark, code: result.code, reasons: reasonsOf(result.problems) };
  // It may have been erased meanwhile.
  await services.table.write(update(rejectedItems, { account, id }, { set, condition: 'present' }));
  return result.kind === 'accepted' ? 'replayed' : 'rejected';
};

const run = async (
  item: Parameters<ReplayHandlers[string]>[0],
  handlers: ReplayHandlers,
  context: Parameters<ReplayHandlers[string]>[1],
): Promise<ReplayResult> => {
  const handler = Object.hasOwn(handlers, item.handler) ? handlers[item.handler] : undefined;
  if (!handler) return { kind: 'rejected', code: 'error', problems: [{ detail: 'This version cannot replay it.' }] };
  try {
    return await handler(item, context);
  } catch (error) {
    if (error instanceof ApiError && errorCodes[error.code].status < 429)
      return { kind: 'rejected', code: error.code, problems: error.problems };
    if (error instanceof ApiError || isTransient(error)) throw error;
    // One item that meets a bug must not keep the others from their replay.
    context.log.error('replay failed', { id: item.id, ...errorFields(error) });
    return { kind: 'rejected', code: 'error', problems: [{ detail: `An internal error: ${errorName(error)}.` }] };
  }
};
