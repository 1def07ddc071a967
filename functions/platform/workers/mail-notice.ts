import * as v from 'valibot';
import type { MailNotice } from './trigger.ts';

const Recipients = v.array(v.object({ emailAddress: v.string() }));
const Mail = v.object({ messageId: v.optional(v.string(), ''), tags: v.object({ account: v.tuple([v.string()]) }) });

/**
 * An event of SES, by way of EventBridge:
 * docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const SesEvent = v.object({
  source: v.literal('aws.ses'),
  detail: v.variant('eventType', [
    v.object({
      eventType: v.literal('Bounce'),
      mail: Mail,
      bounce: v.object({
        bounceType: v.string(),
        bounceSubType: v.optional(v.string(), ''),
        feedbackId: v.optional(v.string()),
        bouncedRecipients: Recipients,
        timestamp: v.string(),
      }),
    }),
    v.object({
      eventType: v.literal('Complaint'),
      mail: Mail,
      complaint: v.object({ complainedRecipients: Recipients, timestamp: v.string() }),
    }),
  ]),
});

export const parseMailNotice = (body: unknown): MailNotice | undefined => {
  const result = v.safeParse(SesEvent, body);
  if (!result.success) return undefined;
  const { detail } = result.output;
  const { messageId, tags } = detail.mail;
  const [account] = tags.account;
  switch (detail.eventType) {
    case 'Bounce': {
      const { bounceType, bounceSubType, feedbackId: id = messageId, bouncedRecipients, timestamp } = detail.bounce;
      const isPermanent = bounceType === 'Permanent';
      const isAboutContent = CONTENT_BOUNCES.has(bounceSubType);
      const addresses = addressesOf(bouncedRecipients);
      return {
        kind: 'bounce',
        isPermanent,
        isAboutContent,
        id,
        account,
        addresses,
        at: parseTimestamp(timestamp),
      };
    }
    case 'Complaint': {
      const { complainedRecipients, timestamp } = detail.complaint;
      const addresses = addressesOf(complainedRecipients);
      return {
        kind: 'complaint',
        isPermanent: true,
        isAboutContent: false,
        id: messageId,
        account,
        addresses,
        at: parseTimestamp(timestamp),
      };
    }
  }
};

/** Parses a time. An invalid time counts as long ago. */
const parseTimestamp = (text: string): Date => {
  const at = Date.parse(text);
  return new Date(Number.isNaN(at) ? 0 : Math.max(0, at));
};

const CONTENT_BOUNCES = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);

const addressesOf = (recipients: v.InferOutput<typeof Recipients>): string[] =>
  recipients.map((one) => one.emailAddress);
