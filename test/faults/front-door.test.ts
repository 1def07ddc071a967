import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sized } from '../support/size.ts';
import { type Faulty, startFaulty } from './harness.ts';
import { emailOf, newEmailOf, PEOPLE, requestOf, type Step, statusOn, steps } from './steps.ts';

const AT_ONCE = 8;
const distinct = (values: readonly (string | number)[]) => [...new Set(values)].sort();

test('keeps every accepted change once, whatever fails; refusals have a time to retry', {
  timeout: 240_000,
}, async () => {
  const run = async (given: readonly Step[], seed: number) => {
    const app = await startFaulty({ seed, rate: 0.25 });
    const people = Array.from({ length: PEOPLE }, (_, i) => i);
    const ids: string[] = [];
    for (const person of people) {
      const data = { type: 'profile', attributes: { email: emailOf(person) } };
      ids.push((await app.until('POST', '/api/profile-import', { data })).body.data.id);
    }

    // Several at a time, so that they interfere with each other.
    for (let start = 0; start < given.length; start += AT_ONCE) {
      const answers = await Promise.all(
        given.slice(start, start + AT_ONCE).map((step) => app.until(...requestOf(step, ids))),
      );
      for (const [i, { status }] of answers.entries()) {
        // The first to create a profile may have lost its response.
        const refused = given[start + i]?.does === 'create' ? 409 : 202;
        expect(status < 300 || status === refused).toBe(true);
      }
    }
    await app.workOff();

    expect(Object.keys(app.proxy.struck).length).toBeGreaterThan(2);
    app.calm();
    for (const person of people) await agrees(app, given, { person, id: ids[person] ?? '' });
    await countsAddUp(app, given);
    return true;
  };
  await fc.assert(fc.asyncProperty(steps, fc.integer(), run), {
    numRuns: sized({ full: 4, reduced: 2 }),
    endOnFailure: true,
  });
});

/** The stored data of a person equals that of the accepted steps. */
const agrees = async (
  app: Faulty,
  given: readonly Step[],
  { person, id }: { readonly person: number; readonly id: string },
) => {
  const own = given.filter((step) => step.person === person);
  const found = await app.get(`/api/profiles?filter=${encodeURIComponent(`equals(email,"${emailOf(person)}")`)}`);
  expect(found.body.data.map((one: { id: string }) => one.id)).toEqual([id]);
  const { body } = await app.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`);
  const { properties, subscriptions } = body.data.attributes;
  expect(Object.keys(properties).sort()).toEqual(
    distinct(own.flatMap((step) => ('name' in step ? `n${step.name}` : []))),
  );

  const timeline = await app.get(`/api/events?filter=${encodeURIComponent(`equals(profile_id,"${id}")`)}`);
  const stored = new Map<string, number>(
    timeline.body.data.map(({ attributes }: { attributes: { event_properties: Record<string, unknown> } }) => [
      attributes.event_properties.$event_id,
      attributes.event_properties.$value,
    ]),
  );
  expect(timeline.body.data).toHaveLength(stored.size);
  expect([...stored.keys()].sort()).toEqual(
    distinct(own.flatMap((step) => ordersIn(step).map((order) => `o${order}`))),
  );
  // Of simultaneous steps any may be the first; of later ones none.
  for (const [order, value] of stored) expect(firstValues(given, person, order)).toContain(value);

  const days = own.flatMap((step) => (step.does === 'consent' ? step.day : []));
  const ledger = await app.get(`/api/profiles/${id}/consent-ledger?page[size]=100`);
  const entries = ledger.body.data.filter(
    ({ attributes }: { attributes: { channel?: string } }) => attributes.channel === 'email',
  );
  const newest = Math.max(...days);
  expect(subscriptions.email.marketing.consent).toBe(days.length === 0 ? 'NEVER_SUBSCRIBED' : statusOn(newest));
  if (days.length > 0)
    expect(Date.parse(subscriptions.email.marketing.consent_timestamp)).toBe(Date.UTC(2025, 0, newest));
  expect(entries.length).toBeGreaterThanOrEqual(distinct(days).length);

  const made = await app.get(`/api/profiles?filter=${encodeURIComponent(`equals(email,"${newEmailOf(person)}")`)}`);
  expect(made.body.data).toHaveLength(own.some(({ does }) => does === 'create') ? 1 : 0);
};

const ordersIn = (step: Step): readonly number[] => {
  if (step.does === 'event') return [step.order];
  return step.does === 'events' ? step.orders : [];
};

const firstValues = (given: readonly Step[], person: number, order: string): number[] => {
  const says = (step: Step) => step.person === person && ordersIn(step).some((one) => `o${one}` === order);
  const first = Math.floor(given.findIndex(says) / AT_ONCE) * AT_ONCE;
  return given.slice(first, first + AT_ONCE).flatMap((step) => (says(step) && 'value' in step ? step.value : []));
};

/** Each bulk job has finished, with an outcome for each of its rows. */
const countsAddUp = async (app: Faulty, given: readonly Step[]) => {
  const { body } = await app.get('/api/profile-bulk-import-jobs?page[size]=100');
  const jobs: { readonly attributes: Readonly<Record<string, unknown>> }[] = body.data;
  // A job whose response was lost was sent again: as another job with the same content.
  expect(jobs.length).toBeGreaterThanOrEqual(given.filter(({ does }) => does === 'bulk').length);
  for (const { attributes } of jobs)
    expect(attributes).toMatchObject({ status: 'complete', total_count: 2, completed_count: 2, failed_count: 0 });
};
