import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import { html, htmlString } from '../../../platform/html.ts';
import { errorFields } from '../../../platform/log.ts';
import type { Message } from '../../../platform/mail/mail.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import { signToken } from '../../accounts/tokens/actions.ts';
import { textsByLanguage } from '../texts/by-language.ts';
import { confirmPath, unsubscribePath } from '../texts/links.ts';
import { fillPlaceholders } from '../texts/texts.ts';
import { LINK_MS, type PendingOptIn, pendingOptIns } from './store.ts';

export const CONFIRMATION_MAIL = 'confirmation-mail';
/** The name of the queue. */
export const MAIL_QUEUE = 'mail';
/** The key of an opt-in, in messages. */
export const OptInMessage = v.object({ account: v.string(), id: v.string() });
const ConfirmationMail = v.object({ ...OptInMessage.entries, failed: v.optional(v.number(), 0) });

const FIRST_DELAY_SECONDS = 20;
/** After these, the queue retries, and finally moves the message to its dead-letter queue. */
const QUICK_RETRIES = 4;

/** Longer than sending a mail takes. A worker that has not finished by then has died. */
const SENDING_MS = 30_000;

/**
 * Sends the mail of a pending opt-in once, however often its message is delivered: records the attempt before, and the
 * outcome after. Only if a worker dies in between may a mail be sent twice.
 */
export const sendConfirmation = async (message: unknown, services: Services): Promise<void> => {
  const { account, id, failed } = v.parse(ConfirmationMail, message);
  const { table, mail, now, queue, log } = services;
  const pending = await table.get(pendingOptIns, { account, id });
  if (pending?.status !== 'pending' || pending.mailedAt !== undefined) return;
  if (!mail) throw new Error('This deployment has no mail sender.');
  const startedAt = now();
  const { done } = await table.write(
    update(pendingOptIns, pending, {
      set: { mailingAt: startedAt.toISOString() },
      condition: {
        all: [
          { attribute: 'mailedAt', is: 'missing' },
          {
            any: [
              { attribute: 'mailingAt', is: 'missing' },
              { attribute: 'mailingAt', is: '<', value: new Date(startedAt.getTime() - SENDING_MS).toISOString() },
            ],
          },
        ],
      },
    }),
  );
  // Another worker is sending it. On the next delivery, the mail has been sent or that worker has died.
  if (!done) throw new Error(`The mail of ${id} is being sent.`);
  try {
    await mail.send(await composeMail(pending, services));
  } catch (error) {
    await table.write(update(pendingOptIns, pending, { remove: ['mailingAt'] }));
    if (failed >= QUICK_RETRIES) throw error;
    log.warn('mail not sent yet', { account, optIn: id, failed, ...errorFields(error) });
    await queue(MAIL_QUEUE).send(
      { kind: CONFIRMATION_MAIL, account, id, failed: failed + 1 },
      FIRST_DELAY_SECONDS * 2 ** failed,
    );
    return;
  }
  const set = { mailedAt: now().toISOString() };
  await table.write(update(pendingOptIns, pending, { set, ...(pending.mailError && { remove: ['mailError'] }) }));
};

/** Whether the opt-in waits for our mail. */
const isOpen = ({ status }: PendingOptIn): boolean => status === 'pending' || status === 'accepted';

/**
 * Records that the mail could not be sent. The subscription stays pending: a mail that did arrive can still be
 * confirmed, and subscribing again sends another one.
 */
export const failConfirmation = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, id } = v.parse(OptInMessage, message);
  const pending = await services.table.get(pendingOptIns, { account, id });
  if (!pending || !isOpen(pending) || pending.mailedAt !== undefined) return 'over';
  const condition = { attribute: 'mailedAt', is: 'missing' } as const;
  const change = { set: { mailError: reason }, remove: ['mailingAt'], condition };
  const { done } = await services.table.write(update(pendingOptIns, pending, change));
  return done ? 'failed' : 'over';
};

/** Sends the failed mail of a pending subscription again, unless its link has expired. */
export const retryConfirmation = async (
  { account, id }: { readonly account: string; readonly id: string },
  { table, queue, now }: Pick<Services, 'table' | 'queue' | 'now'>,
): Promise<PendingOptIn> => {
  const pending = await table.get(pendingOptIns, { account, id });
  if (!pending) throw new ApiError('not_found', { detail: `There is no pending subscription ${id.slice(0, 100)}.` });
  if (!isOpen(pending) || pending.mailedAt !== undefined)
    throw new ApiError('conflict', { detail: 'Its mail has already been sent.' });
  if (pending.status === 'pending' && now().getTime() >= Date.parse(pending.requestedAt) + LINK_MS)
    throw new ApiError('gone', { detail: 'The link in its mail has expired. The person has to subscribe again.' });
  await table.write(update(pendingOptIns, pending, { remove: ['mailError', 'mailingAt'] }));
  await queue(MAIL_QUEUE).send({ kind: CONFIRMATION_MAIL, account, id });
  const { mailError: _, mailingAt: __, ...open } = pending;
  return open;
};

/** Composes the mail. It contains no text from the request: otherwise the form could send anything to anybody. */
const composeMail = async (pending: PendingOptIn, services: Services): Promise<Message> => {
  const { account, id, email, language, origin, requestedAt } = pending;
  const context = { ...services, account };
  const { name: shop = '' } = (await findAccount(account, services)) ?? {};
  const fill = fillPlaceholders(shop);
  const { mail: texts } = textsByLanguage[language];
  const until = new Date(Date.parse(requestedAt) + LINK_MS);
  const confirm = await signToken({ purpose: 'confirm', claims: { o: id }, until }, context);
  // Contains the address, so that the link works as long as the mail is kept, which is longer than the opt-in.
  const decline = await signToken({ purpose: 'preferences', claims: { o: id }, hidden: { e: email } }, context);
  const confirmUrl = origin + confirmPath(account, confirm);
  const unsubscribeUrl = origin + unsubscribePath(account, decline);
  const lead = fill(texts.lead);
  return {
    account,
    to: email,
    subject: fill(texts.subject),
    text: [lead, confirmUrl, texts.ignore, `${texts.decline} ${unsubscribeUrl}`, shop].join('\n\n'),
    html: htmlString(html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${fill(texts.subject)}</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 2em auto; padding: 0 1em">
<p>${lead}</p>
<p><a href="${confirmUrl}">${texts.button}</a></p>
<p>${texts.ignore}</p>
<p>${texts.decline} <a href="${unsubscribeUrl}">${unsubscribeUrl}</a></p>
<p>${shop}</p>
</body>
</html>
`),
    unsubscribeUrl,
  };
};
