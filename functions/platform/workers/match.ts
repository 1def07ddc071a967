import * as v from 'valibot';
import type { Services } from '../resources/services.ts';
import { ObjectCreated, Transferred } from './announcements.ts';
import { mailNoticeIn } from './mail-notice.ts';
import type { Deadline, FailOutcome, Trigger, UploadTrigger } from './trigger.ts';

const Own = v.looseObject({ kind: v.string() });

/** A trigger with the message that is for it. */
export interface Match {
  handle(services: Services, deadline: Deadline): Promise<void>;
  fail(reason: string, services: Services): Promise<FailOutcome>;
}

/** What takes a message of a domain's queue. Throws where the message is nobody's. */
export const matchesOf = (body: unknown, triggers: readonly Trigger[]): Match[] => {
  const created = v.safeParse(ObjectCreated, body);
  const transferred = v.safeParse(Transferred, body);
  if (created.success || transferred.success)
    return triggers.flatMap((trigger): Match[] => {
      if (created.success && trigger.on === 'upload' && isMeant(trigger, created.output.key))
        return [bound(trigger, created.output)];
      if (transferred.success && trigger.on === 'transfer' && isMeant(trigger, transferred.output.key))
        return [bound(trigger, transferred.output)];
      return [];
    });
  const notice = mailNoticeIn(body);
  if (notice)
    return triggers.flatMap((trigger): Match[] =>
      // Nobody waits for what becomes of a notice.
      trigger.on === 'mailNotice' ? [bound({ handle: trigger.handle, fail: async () => 'none' }, notice)] : [],
    );
  const { kind, ...message } = v.parse(Own, body);
  const trigger = triggers.find((candidate) => candidate.on === 'message' && candidate.kind === kind);
  if (trigger?.on !== 'message') throw new Error(`No trigger takes messages of kind ${kind}.`);
  return [bound(trigger, message)];
};

interface Taking<Message> {
  handle(message: Message, services: Services, deadline: Deadline): Promise<void>;
  fail(message: Message, reason: string, services: Services): Promise<FailOutcome>;
}

const bound = <Message>(trigger: Taking<Message>, message: Message): Match => ({
  handle: (services, deadline) => trigger.handle(message, services, deadline),
  fail: (reason, services) => trigger.fail(message, reason, services),
});

const isMeant = ({ prefix, suffixes }: Pick<UploadTrigger, 'prefix' | 'suffixes'>, key: string): boolean =>
  key.startsWith(prefix) && suffixes.some((suffix) => key.toLowerCase().endsWith(suffix));
