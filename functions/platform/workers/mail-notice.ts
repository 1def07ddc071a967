import * as v from 'valibot';
import type { MailNotice } from './trigger.ts';

const Recipients = v.array(v.object({ emailAddress: v.string() }));
const Mail = v.object({ messageId: v.optional(v.string(), ''), tags: v.object({ account: v.tuple([v.string()]) }) });

/** What SES tells by way of EventBridge. Fields: docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
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

export const mailNoticeIn = (body: unknown): MailNotice | undefined => {
  const read = v.safeParse(SesEvent, body);
  if (!read.success) return undefined;
  const { detail } = read.output;
  const { messageId, tags } = detail.mail;
  const [account] = tags.account;
  switch (detail.eventType) {
    case 'Bounce': {
      const { bounceType, bounceSubType, feedbackId: id = messageId, bouncedRecipients, timestamp } = detail.bounce;
      const isPermanent = bounceType === 'Permanent';
      const isOfMessage = OF_MESSAGE.has(bounceSubType);
      const addresses = of(bouncedRecipients);
      return { kind: 'bounce', isPermanent, isOfMessage, id, account, addresses, at: timeIn(timestamp) };
    }
    case 'Complaint': {
      const { complainedRecipients, timestamp } = detail.complaint;
      const addresses = of(complainedRecipients);
      return {
        kind: 'complaint',
        isPermanent: true,
        isOfMessage: false,
        id: messageId,
        account,
        addresses,
        at: timeIn(timestamp),
      };
    }
  }
};

/** What no clock can have said counts as long ago. */
const timeIn = (text: string): Date => {
  const at = Date.parse(text);
  return new Date(Number.isNaN(at) ? 0 : Math.max(0, at));
};

const OF_MESSAGE = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);

const of = (recipients: v.InferOutput<typeof Recipients>): string[] => recipients.map((one) => one.emailAddress);
