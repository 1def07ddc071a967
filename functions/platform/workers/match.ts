import * as v from 'valibot';
import type { Services } from '../resources/services.ts';
import { FileTransferred, ObjectCreated } from './file-events.ts';
import { parseMailNotice } from './mail-notice.ts';
import type { Deadline, FailOutcome, Trigger, UploadTrigger } from './trigger.ts';

const OwnMessage = v.looseObject({ kind: v.string() });

/** A trigger, bound to a message that it handles. */
export interface Match {
  handle(services: Services, deadline: Deadline): Promise<void>;
  fail(reason: string, services: Services): Promise<FailOutcome>;
}

/** Finds the triggers that handle a message of a service's queue. Throws if no trigger knows the message's kind. */
export const findMatches = (body: unknown, triggers: readonly Trigger[]): Match[] => {
  const objectCreated = v.safeParse(ObjectCreated, body);
  const fileTransferred = v.safeParse(FileTransferred, body);
  if (objectCreated.success || fileTransferred.success)
    return triggers.flatMap((trigger): Match[] => {
      if (objectCreated.success && trigger.on === 'upload' && matchesFile(trigger, objectCreated.output.key))
        return [bindMessage(trigger, objectCreated.output)];
      if (fileTransferred.success && trigger.on === 'transfer' && matchesFile(trigger, fileTransferred.output.key))
        return [bindMessage(trigger, fileTransferred.output)];
      return [];
    });
  const notice = parseMailNotice(body);
  if (notice)
    return triggers.flatMap((trigger): Match[] =>
      // No job waits for a notice.
      trigger.on === 'mailNotice' ? [bindMessage({ handle: trigger.handle, fail: async () => 'none' }, notice)] : [],
    );
  const { kind, ...message } = v.parse(OwnMessage, body);
  const trigger = triggers.find((candidate) => candidate.on === 'message' && candidate.kind === kind);
  if (trigger?.on !== 'message') throw new Error(`No trigger takes messages of kind ${kind}.`);
  return [bindMessage(trigger, message)];
};

interface MessageHandler<Message> {
  handle(message: Message, services: Services, deadline: Deadline): Promise<void>;
  fail(message: Message, reason: string, services: Services): Promise<FailOutcome>;
}

const bindMessage = <Message>(trigger: MessageHandler<Message>, message: Message): Match => ({
  handle: (services, deadline) => trigger.handle(message, services, deadline),
  fail: (reason, services) => trigger.fail(message, reason, services),
});

const matchesFile = ({ prefix, suffixes }: Pick<UploadTrigger, 'prefix' | 'suffixes'>, key: string): boolean =>
  key.startsWith(prefix) && suffixes.some((suffix) => key.toLowerCase().endsWith(suffix));
