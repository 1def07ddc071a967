import * as v from 'valibot';

const SentMail = v.object({
  MessageId: v.string(),
  Source: v.string(),
  To: v.array(v.string()),
  Subject: v.string(),
  BodyText: v.string(),
  BodyHtml: v.nullable(v.string()),
  Timestamp: v.number(),
});
export type SentMail = v.InferOutput<typeof SentMail>;

const SentMails = v.object({ messages: v.record(v.string(), v.array(SentMail)) });

/** Lists the mails sent through the local cloud's SES, oldest first. It delivers none of them. */
export const listSentMail = async (endpoint: string): Promise<SentMail[]> => {
  const answer = await fetch(`${endpoint}/_ministack/ses/messages`);
  const { messages } = v.parse(SentMails, await answer.json());
  return Object.values(messages)
    .flat()
    .toSorted((a, b) => a.Timestamp - b.Timestamp);
};
