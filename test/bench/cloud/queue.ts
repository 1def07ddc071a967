import { createHash, randomUUID } from 'node:crypto';

interface Asked {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
}

/** As much of SQS as the importer uses: what is not deleted in time comes again. */
export const openQueue = (visibilityMs: number) => {
  const messages = new Map<string, { readonly body: string; visibleAt: number }>();
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

  return (operation: string, { MessageBody = '', DelaySeconds = 0, ReceiptHandle = '' }: Asked): object => {
    switch (operation) {
      case 'SendMessage': {
        const id = randomUUID();
        messages.set(id, { body: MessageBody, visibleAt: Date.now() + DelaySeconds * 1_000 });
        return { MessageId: id, MD5OfMessageBody: md5(MessageBody) };
      }
      case 'ReceiveMessage': {
        const found = [...messages].find(([, { visibleAt }]) => visibleAt <= Date.now());
        if (!found) return {};
        const [id, message] = found;
        message.visibleAt = Date.now() + visibilityMs;
        return { Messages: [{ MessageId: id, ReceiptHandle: id, Body: message.body, MD5OfBody: md5(message.body) }] };
      }
      case 'DeleteMessage':
        messages.delete(ReceiptHandle);
        return {};
      default:
        throw new Error(`The queue knows no ${operation}.`);
    }
  };
};
