import type { ChangeTrigger } from '../changes/trigger.ts';
import type { Services } from '../resources/services.ts';

/** How often SQS delivers a message before its job fails. */
export const MAX_RECEIVES = 5;

/**
 * What became of the job of an exhausted message. `failed`: the job has failed, with the reason. `over`: it had ended
 * or was gone before. `requeued`: it continues by another message. `none`: the message belongs to no job that anybody
 * waits for.
 */
export type FailOutcome = 'failed' | 'over' | 'requeued' | 'none';

/** A service with its triggers. */
export interface TriggeredService {
  readonly name: string;
  readonly triggers: readonly Trigger[];
  /** Called with each message that moves to the dead letters. A failure is logged only. */
  readonly onDeadLetter?: (letter: DeadLetter, services: Services) => Promise<void>;
}

/** A message that was given up. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly reason: string;
  /** When it was sent. */
  readonly sentAt: Date;
}

/** Starts work without a request. */
export type Trigger = QueueTrigger | ChangeTrigger;

/** Triggers whose messages arrive through a queue. */
export type QueueTrigger = UploadTrigger | TransferTrigger | MessageTrigger | MailNoticeTrigger;

/** A new object in the imports bucket, as S3 reports it by way of EventBridge. */
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  /** Absent if the bucket is not versioned. */
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

/** Selects one of the service's queues. */
interface QueueSelection {
  /** A queue that the service declares. @default the service's first queue, which needs no declaration */
  readonly queue?: string;
}

/** Handles a file of the imports bucket. The bucket's notification rule is built from `prefix`. */
interface FileTrigger<File> extends QueueSelection {
  readonly prefix: string;
  /** In lower case. Files whose name ends with one of them, in any case, are handled. Others are ignored. */
  readonly suffixes: readonly string[];
  handle(file: File, services: Services, deadline: Deadline): Promise<void>;
  /** Fails the job of a file whose notice was exhausted, so that nobody waits forever. */
  fail(file: File, reason: string, services: Services): Promise<FailOutcome>;
}

export interface UploadTrigger extends FileTrigger<UploadedObject> {
  readonly on: 'upload';
}

/** A file on the SFTP server that was uploaded or renamed. */
export interface TransferredFile {
  readonly bucket: string;
  readonly key: string;
  /** False if the connection broke: the file is then only a part. */
  readonly isComplete: boolean;
  /** The size, if the server reports it. */
  readonly bytes?: number;
}

/** Handles files uploaded by SFTP. S3 alone cannot tell a complete file from a part of one. */
export interface TransferTrigger extends FileTrigger<TransferredFile> {
  readonly on: 'transfer';
}

/** Handles a message that the service sent to its own queue: `queue(name).send(…)`. */
export interface MessageTrigger extends QueueSelection {
  readonly on: 'message';
  /** The `kind` member of the message's body. */
  readonly kind: string;
  handle(message: unknown, services: Services, deadline: Deadline): Promise<void>;
  /** Fails the job of an exhausted message. Must be idempotent, and the message itself may be delivered again. */
  fail(message: unknown, reason: string, services: Services): Promise<FailOutcome>;
}

/** SES's notice about a sent mail. */
export interface MailNotice {
  readonly kind: 'bounce' | 'complaint';
  /** Whether the mail will never be delivered. Always true for complaints. */
  readonly isPermanent: boolean;
  /** Whether the mail was refused for its content or size, which says nothing about the mailbox. */
  readonly isAboutContent: boolean;
  /** The same for each delivery of a notice. */
  readonly id: string;
  /** The account that the mail was sent for. */
  readonly account: string;
  readonly addresses: readonly string[];
  readonly at: Date;
}

export interface MailNoticeTrigger extends QueueSelection {
  readonly on: 'mailNotice';
  handle(notice: MailNotice, services: Services, deadline: Deadline): Promise<void>;
}

/** The function's remaining time. */
export interface Deadline {
  remainingMs(): number;
}
