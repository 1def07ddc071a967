import * as v from 'valibot';
import { errorFields, errorName } from '../log.ts';
import type { Services } from '../resources/services.ts';
import { entity } from '../table/entity.ts';
import { expiryAfterDays } from '../table/ttl.ts';
import { put } from '../table/write.ts';

const MessageError = v.object({
  messageId: v.string(),
  /** The error's name and code. Never its text, which may quote personal data. */
  error: v.string(),
  requestId: v.optional(v.string()),
  at: v.string(),
  expiresAt: v.number(),
});
type MessageError = v.InferOutput<typeof MessageError>;

/**
 * The last error of each message. SQS keeps a message's id when it moves it to another queue, but nothing about the
 * error.
 */
export const messageErrors = entity({
  type: 'message_error',
  schema: MessageError,
  key: ({ messageId }: Pick<MessageError, 'messageId'>) => ({ pk: `MESSAGE#${messageId}`, sk: 'ERROR' }),
});

/** The longest retention of a queue. */
const RETENTION_DAYS = 14;

interface FailedMessage {
  readonly messageId: string;
  readonly error: unknown;
  readonly requestId?: string | undefined;
}

/** Stores the error for the function that handles exhausted messages. Only logs if the table itself fails. */
export const storeError = async (
  { messageId, error, requestId }: FailedMessage,
  { table, now, log }: Pick<Services, 'table' | 'now' | 'log'>,
): Promise<void> => {
  const at = now();
  const value = {
    messageId,
    error: errorName(error),
    ...(requestId !== undefined && { requestId }),
    at: at.toISOString(),
    expiresAt: expiryAfterDays(at, RETENTION_DAYS),
  };
  try {
    await table.write(put(messageErrors, value));
  } catch (failure) {
    log.warn('error not written down', { messageId, ...errorFields(failure) });
  }
};

export const findLastError = async (
  messageId: string,
  { table }: Pick<Services, 'table'>,
): Promise<MessageError | undefined> => table.get(messageErrors, { messageId });
