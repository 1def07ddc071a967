import type { Source } from '../../source/source.ts';
import { WEBHOOK_ID } from '../../source/standard-webhooks.ts';

/** The topic is in the body only, whose signature is checked already. */
export const describe: Source['describe'] = ({ headers, bytes }) => ({
  topic: scopeOf(bytes.toString('utf8')),
  deliveryId: headers[WEBHOOK_ID],
});

const scopeOf = (text: string): string => {
  try {
    const { scope } = Object(JSON.parse(text));
    return typeof scope === 'string' ? scope : '';
  } catch {
    return '';
  }
};
