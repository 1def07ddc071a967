import * as v from 'valibot';
import { type Answer, expectStatus, read } from '../session/api.ts';
import { subscription, suppression, unsubscription } from '../session/bodies.ts';
import { type Check, Failure } from '../session/check.ts';
import { marketingOf, profileOf } from '../session/profiles.ts';
import { type Session, testEmail } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';

const PATIENCE_SECONDS = 60;

type Marketing = NonNullable<Awaited<ReturnType<typeof marketingOf>>>;

const becomes = (
  what: string,
  email: string,
  session: Session,
  isSo: (marketing: Marketing) => boolean,
): Promise<unknown> =>
  waitFor(`${email} to be ${what}`, { seconds: PATIENCE_SECONDS }, session, async () => {
    const marketing = await marketingOf(email, session);
    return marketing && isSo(marketing) ? marketing : undefined;
  });

const accepted = (answer: Answer): Answer => expectStatus(answer, 202);

export const consent: Check = {
  name: 'consent',
  claim: 'an address is subscribed, suppressed, and the suppression is lifted',
  after: ['account'],
  run: async (session) => {
    const { api } = session;
    const email = testEmail(session, 'subscriber');
    const post = async (path: string, body: object) => accepted(await api.call('POST', path, { body }));
    await post('/api/profile-subscription-bulk-create-jobs', subscription(email));
    await becomes('subscribed', email, session, ({ consent }) => consent === 'SUBSCRIBED');
    await post('/api/profile-suppression-bulk-create-jobs', suppression(email, 'create'));
    await becomes('suppressed', email, session, (one) => one.can_receive_email_marketing === false);
    await post('/api/profile-suppression-bulk-delete-jobs', suppression(email, 'delete'));
    await becomes('free again', email, session, (one) => one.can_receive_email_marketing === true);
    return { seen: 'subscribed, suppressed, lifted' };
  },
  advice:
    'AccessDenied in the logs of consent-http or consent-queue: compare the role with lib/resources/. The address stays suppressed: the message of the job is stuck, look at the queue of consent and its dead letters.',
};

const Made = v.object({ data: v.object({ id: v.string() }) });
const Members = v.object({ data: v.array(v.object({ id: v.string() })) });

/** A list of its own; the check that created it deletes it. */
export const withList = async <Result>(
  attributes: object,
  { api, runId }: Session,
  use: (id: string) => Promise<Result>,
): Promise<Result> => {
  const body = { data: { type: 'list', attributes: { name: `Smoke test ${runId}`, ...attributes } } };
  const { data } = read(expectStatus(await api.call('POST', '/api/lists', { body }), 201), Made);
  try {
    return await use(data.id);
  } finally {
    await api.call('DELETE', `/api/lists/${data.id}`);
  }
};

export const lists: Check = {
  name: 'lists',
  claim: 'a person joins a list, leaves it and joins it again',
  after: ['account'],
  run: (session) =>
    withList({ opt_in_process: 'single_opt_in' }, session, async (list) => {
      const { api } = session;
      const email = testEmail(session, 'member');
      const isMember = async () => {
        const id = (await profileOf(email, session))?.id;
        const { data } = read(expectStatus(await api.call('GET', `/api/lists/${list}/profiles`), 200), Members);
        return id !== undefined && data.some((one) => one.id === id);
      };
      const until = (wanted: boolean) =>
        waitFor(wanted ? 'the membership' : 'its end', { seconds: PATIENCE_SECONDS }, session, async () =>
          (await isMember()) === wanted ? true : undefined,
        );
      const join = async () =>
        accepted(
          await api.call('POST', '/api/profile-subscription-bulk-create-jobs', { body: subscription(email, list) }),
        );
      await join();
      await until(true);
      accepted(
        await api.call('POST', '/api/profile-subscription-bulk-delete-jobs', { body: unsubscription(email, list) }),
      );
      await until(false);
      if (!(await profileOf(email, session))) throw new Failure('The opt-out from the list is lost.');
      await join();
      await until(true);
      return { seen: 'joined, left, joined again' };
    }),
  advice:
    'Refused when leaving or joining again: AccessDenied in the log of consent-http names the action. It concerns items that the role may add and not delete: compare it with lib/resources/.',
};
