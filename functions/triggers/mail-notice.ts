import * as v from 'valibot';
import type { MailNotice } from './trigger.ts';

const Recipients = v.array(v.object({ emailAddress: v.string() }));
const Mail = v.object({ tags: v.object({ account: v.tuple([v.string()]) }) });

/** What SES tells by way of EventBridge. Fields: docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
const SesEvent = v.object({
  source: v.literal('aws.ses'),
  detail: v.variant('eventType', [
    v.object({
      eventType: v.literal('Bounce'),
      mail: Mail,
      bounce: v.object({ bounceType: v.string(), bouncedRecipients: Recipients, timestamp: v.string() }),
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
  const [account] = detail.mail.tags.account;
  switch (detail.eventType) {
    case 'Bounce': {
      const { bounceType, bouncedRecipients, timestamp } = detail.bounce;
      const isPermanent = bounceType === 'Permanent';
      return { kind: 'bounce', isPermanent, account, addresses: of(bouncedRecipients), at: new Date(timestamp) };
    }
    case 'Complaint': {
      const { complainedRecipients, timestamp } = detail.complaint;
      const addresses = of(complainedRecipients);
      return { kind: 'complaint', isPermanent: true, account, addresses, at: new Date(timestamp) };
    }
  }
};

const of = (recipients: v.InferOutput<typeof Recipients>): string[] => recipients.map((one) => one.emailAddress);
