import * as v from 'valibot';
import { errorFields, errorName } from '../log.ts';
import type { Services } from '../resources/services.ts';
import { entity } from '../table/entity.ts';
import { put } from '../table/write.ts';

const MessageError = v.object({
  messageId: v.string(),
  /** The name and code of what was thrown: never its text, which may quote somebody's data. */
  error: v.string(),
  requestId: v.optional(v.string()),
  at: v.string(),
  expiresAt: v.number(),
});
type MessageError = v.InferOutput<typeof MessageError>;

/** What a message failed with last. SQS keeps a message's id when it moves it to another queue, and nothing of an error. */
export const messageErrors = entity({
  type: 'message_error',
  schema: MessageError,
  key: ({ messageId }: Pick<MessageError, 'messageId'>) => ({ pk: `MESSAGE#${messageId}`, sk: 'ERROR' }),
});

/** As long as a message can lie in a queue. */
const KEPT_SECONDS = 14 * 86_400;

interface Failed {
  readonly messageId: string;
  readonly error: unknown;
  readonly requestId?: string | undefined;
}

/** Stored for the function that gives the message up. Where the table is what failed, it isn't. */
export const rememberError = async (
  { messageId, error, requestId }: Failed,
  { table, now, log }: Pick<Services, 'table' | 'now' | 'log'>,
): Promise<void> => {
  const at = now();
  const value = {
    messageId,
    error: errorName(error),
    ...(requestId !== undefined && { requestId }),
    at: at.toISOString(),
    expiresAt: Math.floor(at.getTime() / 1_000) + KEPT_SECONDS,
  };
  try {
    await table.write(put(messageErrors, value));
  } catch (failure) {
    log.warn('error not written down', { messageId, ...errorFields(failure) });
  }
};

export const lastErrorOf = async (
  messageId: string,
  { table }: Pick<Services, 'table'>,
): Promise<MessageError | undefined> => table.get(messageErrors, { messageId });
