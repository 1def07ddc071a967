import type { ChangeTrigger } from '../changes/trigger.ts';
import type { Services } from '../resources/services.ts';

/** A message is tried so often; then its job has failed. */
export const MAX_RECEIVES = 5;

/**
 * What became of the job of a message that was given up. `failed`: it has ended as failed, with the reason. `over`: it
 * was over or gone before. `requeued`: it goes on, by another message. `none`: the message names no job that anybody
 * waits for.
 */
export type FailOutcome = 'failed' | 'over' | 'requeued' | 'none';

/** What a queue can start. */
export interface Triggered {
  readonly name: string;
  readonly triggers: readonly Trigger[];
}

/** Work that starts without a request. */
export type Trigger = QueueTrigger | ChangeTrigger;

/** Those that reach a function through a queue of messages. */
export type QueueTrigger = UploadTrigger | TransferTrigger | MessageTrigger | MailNoticeTrigger;

/** What S3 says of an object that was put into the imports bucket, by way of EventBridge. */
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  /** Absent where the bucket keeps no versions. */
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

/** Of the domain's queues the one that brings its messages. */
interface OnQueue {
  /** One that the domain declares. @default its first one, which it need not declare */
  readonly queue?: string;
}

/** Work on a file of the imports bucket. `prefix` stands here alone: the rule on the bucket is made from it. */
interface FileTrigger<File> extends OnQueue {
  readonly prefix: string;
  /** In small letters: names of files that end so, in any case, are handled, and others are ignored. */
  readonly suffixes: readonly string[];
  handle(file: File, services: Services, deadline: Deadline): Promise<void>;
  /** Fails the job of a file whose notice was given up, so that nobody waits for it for ever. */
  fail(file: File, reason: string, services: Services): Promise<FailOutcome>;
}

export interface UploadTrigger extends FileTrigger<UploadedObject> {
  readonly on: 'upload';
}

/** What the SFTP server says of a file that somebody sent, or gave another name. */
export interface TransferredFile {
  readonly bucket: string;
  readonly key: string;
  /** Not where the connection broke: then a part of it lies under its name. */
  readonly isWhole: boolean;
  /** How long it is, where the server says it. */
  readonly bytes?: number;
}

/** For files that come by SFTP: S3 alone can't tell a whole file from a part of one. */
export interface TransferTrigger extends FileTrigger<TransferredFile> {
  readonly on: 'transfer';
}

/** A message that the domain sent to its own queue: to the one that is named here, `queue(name).send(…)`. */
export interface MessageTrigger extends OnQueue {
  readonly on: 'message';
  /** The `kind` member of the message's body. */
  readonly kind: string;
  handle(message: unknown, services: Services, deadline: Deadline): Promise<void>;
  /** Fails the job of a message that was given up: it may be called again, and its own message may come back. */
  fail(message: unknown, reason: string, services: Services): Promise<FailOutcome>;
}

/** What SES tells of a mail that went out. */
export interface MailNotice {
  readonly kind: 'bounce' | 'complaint';
  /** Whether it will never arrive; of complaints true. */
  readonly isPermanent: boolean;
  /** Whether it was refused for what it said or how large it was: that tells nothing of the mailbox. */
  readonly isOfMessage: boolean;
  /** The same for every delivery of the notice. */
  readonly id: string;
  /** The account that the mail was sent for. */
  readonly account: string;
  readonly addresses: readonly string[];
  readonly at: Date;
}

export interface MailNoticeTrigger extends OnQueue {
  readonly on: 'mailNotice';
  handle(notice: MailNotice, services: Services, deadline: Deadline): Promise<void>;
}

/** How much of the function's time is left. */
export interface Deadline {
  remainingMs(): number;
}
