import * as v from 'valibot';
import { dayOf } from '../../../functions/model/time.ts';
import { expectStatus, read } from '../session/api.ts';
import { numberBy, queries } from '../session/athena.ts';
import { profile } from '../session/bodies.ts';
import { type Check, Failure } from '../session/check.ts';
import { profileOf } from '../session/profiles.ts';
import { accountOf, fact, type Session } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';

const PATH = '/api/data-privacy-deletion-jobs';
const HOUR_MS = 3_600_000;
/** A job keeps looking for writes under way for 25 hours. */
const DUE_HOURS = 26;

const Job = v.object({
  data: v.object({
    id: v.string(),
    attributes: v.object({
      status: v.string(),
      next_pass_at: v.nullish(v.string()),
      completed_at: v.nullish(v.string()),
    }),
  }),
});

const findJob = async (id: string, { api }: Session) => {
  const { data } = read(expectStatus(await api.call('GET', `${PATH}/${id}`), 200), Job);
  return data.attributes;
};

export const erasure: Check = {
  name: 'erasure',
  claim: 'a person is erased, and the job waits for writes under way',
  after: ['event-twice', 'timeline'],
  run: async (session) => {
    const { api, state, save } = session;
    const { email, id: profileId } = fact(session, 'person');
    const body = { data: { type: 'data-privacy-deletion-job', attributes: { profile: profile({ email }) } } };
    const { headers } = expectStatus(await api.call('POST', PATH, { body }), 202);
    const id = /([^/]+)\/$/.exec(headers.get('location') ?? '')?.[1];
    if (id === undefined) throw new Failure('The response has no Location header with the job.');
    const askedAt = new Date();
    const dueAt = new Date(askedAt.getTime() + DUE_HOURS * HOUR_MS).toISOString();
    const one = { job: id, profileId, askedAt: askedAt.toISOString(), dueAt };
    save({ erasures: [...state().erasures, one] });
    const { status } = await waitFor('the first pass of the erasure', { seconds: 300 }, session, async () => {
      const job = await findJob(id, session);
      return /^(settling|complete)$/.test(job.status) ? job : undefined;
    });
    if (await profileOf(email, session)) throw new Failure('The person can still be found by address.');
    return { seen: `job ${id} is ${status}; complete it with --resume after ${dueAt}` };
  },
  advice:
    'It stays queued or processing: does privacy-queue run (its log, its dead letters)? AccessDenied there: compare its role with lib/resources/. To continue: npm run admin -- privacy resume <job>.',
};

export const erased: Check = {
  name: 'erased',
  claim: "every erasure is complete, and the people can't be found",
  phases: ['later'],
  after: ['account'],
  run: async (session) => {
    const { erasures } = session.state();
    if (erasures.length === 0) throw new Failure('No erasure was started. Run the smoke test without --resume first.');
    for (const { job, profileId, dueAt } of erasures) {
      const { status, next_pass_at: next } = await findJob(job, session);
      if (status !== 'complete')
        throw new Failure(
          `Job ${job} is ${status}${next ? `, and looks again at ${next}` : ''}. ${Date.now() < Date.parse(dueAt) ? `Come back after ${dueAt}.` : 'It should be complete by now.'}`,
        );
      expectStatus(await session.api.call('GET', `/api/profiles/${profileId}`), 404, 410);
    }
    return { seen: erasures.map(({ job }) => `job ${job} is complete`).join(', ') };
  },
  advice:
    'Settling after its time: RecursiveInvocationsDropped (see dropped-invocations) or messages in the dead letters of privacy. To continue: npm run admin -- privacy resume <job>.',
};

export const erasedArchive: Check = {
  name: 'erased-archive',
  claim: 'the archive holds no events of erased people',
  phases: ['later'],
  after: ['erased'],
  needs: [queries],
  run: async (session) => {
    const { erasures } = session.state();
    // Their events came in the run that requested the erasure, which may have started the day before.
    const first = erasures.map(({ askedAt }) => Date.parse(askedAt)).reduce((a, b) => Math.min(a, b), Date.now());
    const day = dayOf(new Date(first - 24 * HOUR_MS).toISOString());
    const ids = erasures.map(({ profileId }) => `'${profileId}'`).join(', ');
    const found = await numberBy(
      `SELECT count(*) AS events FROM event_lines WHERE account = '${accountOf(session)}' AND day >= '${day}' AND profile_id IN (${ids})`,
      session,
    );
    if (found !== 0) throw new Failure(`Athena still finds ${found} events of erased people.`);
    return { seen: '0 events' };
  },
  advice: 'A complete erasure must leave none: keep the job id, and check the log of privacy-queue.',
};
