import { html, htmlString } from '../../../platform/html.ts';
import { errorFields } from '../../../platform/log.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { findAccount } from '../../accounts/actions.ts';
import type { Webhook } from '../records/webhook.ts';

interface Notice {
  readonly subject: string;
  readonly lines: readonly string[];
}

const hostOf = ({ url }: Webhook): string => new URL(url).host;

export const disabledNotice = (webhook: Webhook, reason: string): Notice => ({
  subject: `Webhook "${webhook.name}" is turned off`,
  lines: [
    `${reason} Nothing is sent to ${hostOf(webhook)} any more.`,
    'What was not delivered is in the log of the webhook for 30 days.',
    `Repair the receiver, turn the webhook ${webhook.id} on again, and send the failed deliveries again.`,
  ],
});

export const recoveredNotice = (webhook: Webhook, since: string): Notice => ({
  subject: `Webhook "${webhook.name}" works again`,
  lines: [
    `${hostOf(webhook)} accepts messages again. It had failed since ${since}.`,
    'What waited is being sent now. There is nothing to do.',
  ],
});

export const fullNotice = (webhook: Webhook, waiting: number): Notice => ({
  subject: `Webhook "${webhook.name}" is far behind`,
  lines: [
    `${waiting.toLocaleString('en-US')} messages wait for ${hostOf(webhook)}, which is the most that are tried.`,
    'Further changes are kept in the log of the webhook for 30 days, as failed, and are not sent by themselves.',
    `Repair the receiver. When it works again, send the failed deliveries of the webhook ${webhook.id} again.`,
  ],
});

/** Mails the owner of the account, if it has an address. A mail that cannot be sent delays no delivery. */
export const notifyOwner = async (webhook: Webhook, { subject, lines }: Notice, services: Services): Promise<void> => {
  const { mail, log } = services;
  const to = (await findAccount(webhook.account, services))?.ownerEmail;
  if (to === undefined || !mail) return;
  try {
    const body = html`${lines.map((line) => html`<p>${line}</p>`)}`;
    await mail.send({ account: webhook.account, to, subject, text: lines.join('\n\n'), html: htmlString(body) });
  } catch (error) {
    log.error('webhook notice not sent', { account: webhook.account, webhook: webhook.id, ...errorFields(error) });
  }
};
