import * as v from 'valibot';
import { type Mail, openMail } from '../mail/mail.ts';
import { openedAtOnce } from './declaration.ts';

/**
 * `mail` sends from the deployment's sender, and `sender` only knows whether there is one. Absent where there is none, or
 * the service uses neither.
 */
export const mail = openedAtOnce({
  uses: ['mail', 'sender'],
  env: { MAIL_FROM: v.optional(v.string()), MAIL_CONFIGURATION_SET: v.optional(v.string()) },
  open: ({ MAIL_FROM: from, MAIL_CONFIGURATION_SET: configurationSet }, { connection }): Mail | undefined =>
    from === undefined || from === '' ? undefined : openMail({ from, configurationSet }, connection),
});
