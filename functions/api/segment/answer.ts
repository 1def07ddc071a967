import * as v from 'valibot';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { isRecord } from '../../platform/json/is-record.ts';
import { RECEIPT } from '../receipts.ts';
import { isRejection, type Outcome } from './process/outcome.ts';

/** The answer to accepted requests. Clients read `success` only. */
export const Result = v.object({
  success: v.literal(true),
  /** Calls that are stored. */
  accepted: v.number(),
  /** Calls that were stored before, and those that a batch has twice. */
  duplicates: v.number(),
  rejected: v.array(
    v.object({
      index: v.number(),
      messageId: v.nullable(v.string()),
      code: v.string(),
      message: v.string(),
      /** The places of the problems in the request, as JSON pointers. */
      pointers: v.array(v.string()),
    }),
  ),
  /** The receipts of the calls, in order. */
  receipts: v.array(v.nullable(v.string())),
});

const MAX_QUOTED = 255;

/** What became of calls, and their receipts. */
export interface Answered {
  readonly outcomes: readonly Outcome[];
  readonly receipts: readonly (string | null)[];
}

/** What became of a batch. */
export const answerBatch = (
  { outcomes, receipts }: Answered,
  raw: readonly unknown[],
): v.InferOutput<typeof Result> => ({
  success: true,
  accepted: outcomes.filter((one) => one === 'accepted').length,
  duplicates: outcomes.filter((one) => one === 'duplicate').length,
  rejected: outcomes.flatMap((outcome, index) =>
    isRejection(outcome)
      ? [
          {
            index,
            messageId: messageIdIn(raw[index]),
            code: outcome.code,
            message: outcome.problems.map(({ detail }) => detail).join(' '),
            pointers: outcome.problems.map(({ source }) => `/batch${source?.pointer ?? ''}`),
          },
        ]
      : [],
  ),
  receipts: [...receipts],
});

/** What became of one call. @throws ApiError `invalid` with every problem */
export const answerCall = (answered: Answered, raw: unknown): v.InferOutput<typeof Result> => {
  const [outcome] = answered.outcomes;
  if (outcome && isRejection(outcome) && outcome.code === 'invalid')
    throw new ApiError('invalid', outcome.problems.map(withoutIndex), headersOf(answered));
  const { rejected, ...counts } = answerBatch(answered, [raw]);
  return {
    ...counts,
    rejected: rejected.map((one) => ({
      ...one,
      pointers: one.pointers.map((pointer) => pointer.slice('/batch/0'.length) || '/'),
    })),
  };
};

const headersOf = ({ receipts: [receipt] }: Answered): Record<string, string> =>
  receipt ? { [RECEIPT]: receipt } : {};

const withoutIndex = ({ source, ...problem }: Problem): Problem => ({
  ...problem,
  source: { pointer: source?.pointer?.slice('/0'.length) || '/' },
});

const messageIdIn = (raw: unknown): string | null =>
  isRecord(raw) && typeof raw.messageId === 'string' ? raw.messageId.slice(0, MAX_QUOTED).toWellFormed() : null;
