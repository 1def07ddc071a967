import type { Context } from '../../domains/accounts/context.ts';
import { keepRejected } from '../../domains/receipts/rejected/keep.ts';
import { sourceOfCall } from '../../domains/receipts/source.ts';
import { isRecord } from '../../platform/json/is-record.ts';
import { errorFields } from '../../platform/log.ts';
import { keepRequest } from '../rejected/keep-request.ts';
import { writeJson } from './calls/json.ts';
import { isRejection, type Outcome, type Rejection } from './process/outcome.ts';

/** The name of the replay handler of single calls. */
export const SEGMENT_CALL = 'segment-call';

/** Keeps a request that is no call, or no batch. */
export const keepUnreadable = keepRequest({ sourceOf: ({ caller }) => sourceOfCall('segment', caller) });

/** Outcomes of their own. What belongs to an erased person is not kept. */
const isKept = (outcome: Outcome): outcome is Rejection =>
  isRejection(outcome) && outcome.code !== 'conflict' && outcome.code !== 'erased';

const MAX_NAME = 100;
const textIn = (call: unknown, name: string): string | undefined => {
  const value = isRecord(call) ? call[name] : undefined;
  return typeof value === 'string' ? value.slice(0, MAX_NAME).toWellFormed() : undefined;
};

/** Keeps refused calls, each by itself. Returns their ids by the index of the call. A failure changes no response. */
export const keepRejectedCalls = async (
  { calls, outcomes, sentAt }: { calls: readonly unknown[]; outcomes: readonly Outcome[]; sentAt: unknown },
  context: Context,
): Promise<ReadonlyMap<number, string | undefined>> => {
  const source = sourceOfCall('segment', context.caller);
  const { hasGpc, ip, userAgent } = context;
  const indexes: number[] = [];
  const rejections = outcomes.flatMap((outcome, index) => {
    if (!isKept(outcome)) return [];
    const call = calls[index];
    const payload = writeJson({ call, sentAt, request: { hasGpc, ip, userAgent } }) ?? '';
    const what = `segment ${textIn(call, 'type') ?? 'call'}`;
    indexes.push(index);
    return [{ ...outcome, source, handler: SEGMENT_CALL, what, payload, metric: textIn(call, 'event') }];
  });
  try {
    const ids = await keepRejected(rejections, context);
    return new Map(indexes.map((index, i) => [index, ids[i]]));
  } catch (failure) {
    context.log.warn('rejected calls not kept', { requestId: context.requestId, ...errorFields(failure) });
    return new Map();
  }
};
