import { listSentMail } from '../../local/ministack/sent-mail.ts';
import { ask, expectStatus } from '../session/api.ts';
import { profile, subscription } from '../session/bodies.ts';
import { type Capability, type Check, Failure } from '../session/check.ts';
import { resourcesOf } from '../session/deployment.ts';
import { marketingOf } from '../session/profiles.ts';
import type { Session } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';
import { withList } from './consent.ts';

/**
 * A mailbox of SES's simulator, which does not count as bounce or complaint of the account. The label keeps runs apart.
 */
const simulated = (mailbox: 'success' | 'bounce' | 'complaint', { runId }: Session): string =>
  `${mailbox}+${runId}@simulator.amazonses.com`;

const noSender = async ({ deployment }: Session): Promise<string | undefined> =>
  resourcesOf(deployment, 'AWS::SES::ConfigurationSet').length === 0
    ? 'mailFrom is not set: this deployment sends no mail'
    : undefined;

const delivery: Capability = {
  name: 'mail is delivered',
  missing: async ({ deployment: { target } }) => {
    if (target.localEndpoint === undefined) return undefined;
    const caught = await listSentMail(target.localEndpoint);
    return `mail is caught, not delivered: ${caught.length} mails are at ${target.localEndpoint}`;
  },
};

const subscribe = (email: string, session: Session, list: string) =>
  session.api
    .call('POST', '/api/profile-subscription-bulk-create-jobs', { body: subscription(email, list) })
    .then((answer) => expectStatus(answer, 202));

const asDouble = { opt_in_process: 'double_opt_in' };

export const doubleOptIn: Check = {
  name: 'double-opt-in',
  claim: 'a subscription with double opt-in counts only after confirmation by mail',
  after: ['account'],
  absent: noSender,
  run: (session) =>
    withList(asDouble, session, async (list) => {
      const email = simulated('success', session);
      await subscribe(email, session, list);
      if ((await marketingOf(email, session))?.consent === 'SUBSCRIBED')
        throw new Failure(`${email} is subscribed without a confirmation.`);
      const { localEndpoint } = session.deployment.target;
      // On AWS the simulator's mailbox can't be read: `bounce` shows that mail goes out.
      if (localEndpoint === undefined) return { seen: 'waits for its confirmation' };
      await confirm(email, localEndpoint, session);
      if ((await marketingOf(email, session))?.consent !== 'SUBSCRIBED')
        throw new Failure(`${email} has confirmed, and is not subscribed.`);
      return { seen: 'waited for its confirmation, then subscribed by the link in the mail' };
    }),
  advice:
    '400: the deployment has no sender, or SES has not verified it. Otherwise the log of consent-queue has the reason of SES: outside the sandbox? Sent from the verified address?',
};

/** Follows the link in the mail that the local cloud caught. */
const confirm = async (email: string, endpoint: string, session: Session): Promise<void> => {
  const path = await waitFor(`the mail to ${email}`, { seconds: 60 }, session, async () => {
    const mail = (await listSentMail(endpoint)).find(({ To }) => To.includes(email));
    return mail && /https?:\/\/[^/]+(\/pages\/confirm\/[^\s"<]+)/.exec(mail.BodyText)?.[1];
  });
  const body = new URLSearchParams();
  expectStatus(await ask(`${session.api.origin}${path}`, { method: 'POST', body }), 200);
};

/** Notices of SES arrive by its configuration set, EventBridge and the queue of consent. */
const suppressedBy = (mailbox: 'bounce' | 'complaint', reason: string): Check => ({
  name: mailbox,
  claim: `a ${mailbox} suppresses the address of a mail`,
  after: ['account'],
  needs: [delivery],
  absent: noSender,
  run: (session) =>
    withList(asDouble, session, async (list) => {
      const { api } = session;
      const email = simulated(mailbox, session);
      await subscribe(email, session, list);
      expectStatus(await api.call('POST', '/api/profile-import', { body: profile({ email }) }), 200, 201);
      await waitFor(`the suppression ${reason}`, { seconds: 180, everySeconds: 3 }, session, async () =>
        (await marketingOf(email, session))?.suppression?.find((one) => one.reason === reason),
      );
      return { seen: `suppressed as ${reason}` };
    }),
  advice: `No ${mailbox} notice came. Did the mail go out (log of consent-queue)? Does the configuration set send events to EventBridge, and is the rule for mail enabled (see event-rules)? Does the dead-letter queue of consent have messages?`,
});

export const bounce = suppressedBy('bounce', 'HARD_BOUNCE');
export const complaint = suppressedBy('complaint', 'SPAM_COMPLAINT');
