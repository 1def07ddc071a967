import * as v from 'valibot';
import type { TriggeredService } from '../../../platform/workers/trigger.ts';
import { keepRejected } from './keep.ts';

/** The name of the handler that says how to continue the job of a message. */
export const DEAD_LETTER = 'message';

/** Messages of jobs name the account, and the job by `id` or `job`. */
const JobMessage = v.looseObject({
  kind: v.string(),
  account: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{6}$/)),
  id: v.optional(v.string()),
  job: v.optional(v.string()),
});

/** Lists a dead letter among the rejected items of its account, with its job. Others are seen by operators only. */
export const keepDeadLetter: NonNullable<TriggeredService['onDeadLetter']> = async (letter, services) => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), JobMessage), letter.body);
  if (!parsed.success) return;
  const { kind, account, job = parsed.output.id } = parsed.output;
  const rejection = {
    source: `job:${kind}`,
    handler: DEAD_LETTER,
    what: `message ${kind}`,
    code: 'dead_letter',
    problems: [{ detail: letter.reason }],
    payload: letter.body,
    receivedAt: letter.sentAt,
    deduplicateBy: letter.messageId,
    ...(job !== undefined && { job }),
  } as const;
  await keepRejected([rejection], { ...services, account, caller: { kind: 'nobody' } });
};
