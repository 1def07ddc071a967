import * as v from 'valibot';
import { type Mail, openMail } from '../mail/mail.ts';
import { eagerResource } from './declaration.ts';

/**
 * `mail` sends mails, `sender` only tells whether the deployment has a sender. Absent if it has none, or if the service
 * uses neither.
 */
export const mail = eagerResource({
  uses: ['mail', 'sender'],
  env: { MAIL_FROM: v.optional(v.string()), MAIL_CONFIGURATION_SET: v.optional(v.string()) },
  open: ({ MAIL_FROM: from, MAIL_CONFIGURATION_SET: configurationSet }, { connection }): Mail | undefined =>
    from === undefined || from === '' ? undefined : openMail({ from, configurationSet }, connection),
});
