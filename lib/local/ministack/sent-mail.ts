import * as v from 'valibot';

const CaughtMail = v.object({
  MessageId: v.string(),
  Source: v.string(),
  To: v.array(v.string()),
  Subject: v.string(),
  BodyText: v.string(),
  BodyHtml: v.nullable(v.string()),
  Timestamp: v.number(),
});
export type CaughtMail = v.InferOutput<typeof CaughtMail>;

const Caught = v.object({ messages: v.record(v.string(), v.array(CaughtMail)) });

/** What was sent through the local cloud's SES, which delivers nothing: the oldest first. */
export const caughtMail = async (endpoint: string): Promise<CaughtMail[]> => {
  const answer = await fetch(`${endpoint}/_ministack/ses/messages`);
  const { messages } = v.parse(Caught, await answer.json());
  return Object.values(messages)
    .flat()
    .toSorted((a, b) => a.Timestamp - b.Timestamp);
};
