import type { Domain } from '../domain.ts';
import { CONFIRMATION_MAIL, failConfirmation } from '../optin/mail.ts';
import { workOnOptIn } from '../optin/work.ts';
import { failurePage } from '../pages/failure.ts';
import * as preferencePages from '../pages/routes/preferences.ts';
import * as subscribePages from '../pages/routes/subscribe.ts';
import { heedNotice } from './notices.ts';
import * as challenge from './routes/challenge.ts';
import * as client from './routes/client.ts';
import * as subscriptions from './routes/subscriptions.ts';
import * as suppressions from './routes/suppressions.ts';
import { failSuppressList, SUPPRESS_LIST, suppressList } from './suppress-list.ts';

export const consent: Domain = {
  name: 'consent',
  routes: { ...subscriptions, ...suppressions, ...client, ...challenge, ...subscribePages, ...preferencePages },
  triggers: [
    { on: 'message', kind: SUPPRESS_LIST, handle: suppressList, fail: failSuppressList },
    { on: 'message', kind: CONFIRMATION_MAIL, handle: workOnOptIn, fail: failConfirmation },
    { on: 'mailNotice', handle: heedNotice },
  ],
  failurePage,
  uses: ['table', 'table:check', 'queue', 'sender'],
  workerUses: ['table', 'table:check', 'queue', 'mail'],
};
