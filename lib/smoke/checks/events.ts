import { type Answer, expectStatus, isOurError } from '../session/api.ts';
import { event, manyEvents } from '../session/bodies.ts';
import { type Check, Failure } from '../session/check.ts';
import { countTimeline, profileOf } from '../session/profiles.ts';
import { fact, type Session, testEmail } from '../session/session.ts';

const PATH = '/api/events';
const MANY_PATH = '/api/event-bulk-create-jobs';

const outcomeOf = (answer: Answer): string => {
  const header = expectStatus(answer, 202).headers.get('tributary-event') ?? '';
  if (header === '') throw new Failure(`${answer.asked} has no header Tributary-Event.`);
  return header;
};

export const eventTwice: Check = {
  name: 'event-twice',
  claim: 'an event that is sent twice is stored once',
  after: ['account'],
  run: async (session) => {
    const { api, runId, note } = session;
    const email = testEmail(session, 'ada');
    const body = event(email, { unique_id: `smoke-${runId}`, value: 1.5, properties: { run: runId } });
    const first = outcomeOf(await api.call('POST', PATH, { body }));
    const second = outcomeOf(await api.call('POST', PATH, { body }));
    if (!first.includes('duplicate=false')) throw new Failure(`The first response has ${first}.`);
    if (!second.includes('duplicate=true')) throw new Failure(`The second answer says ${second}.`);
    const found = await profileOf(email, session);
    if (!found) throw new Failure('The event was accepted, and there is no profile of its person.');
    note({ person: { email, id: found.id } });
    return { seen: 'stored, then a duplicate' };
  },
  advice:
    'A 2xx without a stored event must never happen. 5xx: search the log group of events-http for the request id in the header Tributary-Request.',
};

export const timeline: Check = {
  name: 'timeline',
  claim: 'the event can be read back immediately, once',
  after: ['event-twice'],
  run: async (session) => {
    const { id } = fact(session, 'person');
    const events = await countTimeline(id, session);
    if (events !== 1) throw new Failure(`The timeline has ${events} events instead of 1.`);
    return { seen: '1 event' };
  },
  advice: "None: an accepted event can't be read. Two: the guard of unique_id failed. Both are bugs of the product.",
};

const EVENTS = 1_000;
const KB = 1_000;

/** A body of a thousand events of about this size. */
const bodyOf = (bytes: number, email: string, { runId }: Session): string => {
  const make = (length: number) =>
    JSON.stringify(
      manyEvents(
        email,
        Array.from({ length: EVENTS }, (_, i) => ({
          unique_id: `smoke-${runId}-${bytes}-${i}`,
          properties: { many: runId, number: i, filler: 'x'.repeat(length) },
        })),
      ),
    );
  return make(Math.floor((bytes - make(0).length) / EVENTS));
};

export const largeBody: Check = {
  name: 'body-4-mb',
  claim: 'a request with 1,000 events in 4 MB is stored completely',
  after: ['account'],
  run: async (session) => {
    const { api, note, facts } = session;
    const email = testEmail(session, 'many');
    const body = bodyOf(4_000 * KB, email, session);
    const answer = expectStatus(await api.call('POST', MANY_PATH, { body }), 202);
    const header = answer.headers.get('tributary-events') ?? '';
    if (!header.includes(`stored=${EVENTS}`))
      throw new Failure(`Of ${EVENTS} events the response has: ${header || 'nothing'}.`);
    const found = await profileOf(email, session);
    const stored = found ? await countTimeline(found.id, session) : 0;
    if (stored !== EVENTS) throw new Failure(`${stored} of ${EVENTS} events are in the timeline.`);
    note({ manySent: (facts().manySent ?? 0) + EVENTS });
    return { seen: `${body.length} bytes: ${header}` };
  },
  advice:
    "413 from the gateway: the body exceeded Lambda's limit (6 MB, of which base64 needs a third). 503 or a timeout: check throttles of the table and the duration of events-http.",
};

export const tooLargeBody: Check = {
  name: 'body-too-large',
  claim: 'a request of 4.9 MB is refused by our own 413, which names the limit',
  after: ['account'],
  run: async (session) => {
    const { api } = session;
    const body = bodyOf(4_900 * KB, testEmail(session, 'too-many'), session);
    // Text reaches a function unencoded: this body fits, so that our code responds.
    const headers = { 'content-type': 'application/json' };
    const plain = expectStatus(await api.call('POST', MANY_PATH, { body, headers }), 413);
    if (!isOurError(plain)) throw new Failure(`The 413 is not ours: ${plain.text.slice(0, 200)}`);
    // Other types come in base64: this body exceeds Lambda's limit.
    const encoded = expectStatus(await api.call('POST', MANY_PATH, { body }), 413);
    const who = isOurError(encoded) ? 'our own code' : `the gateway (${encoded.text.slice(0, 60)})`;
    return { seen: `application/json: our own 413; application/vnd.api+json: 413 by ${who}` };
  },
  advice:
    'Accepted: the limit in functions/platform/http/parse.ts exceeds what the gateway can carry, and clients will get its bare 413. 500 or 502: the body was lost on its way.',
};
