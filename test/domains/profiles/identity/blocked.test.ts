import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../../functions/model/account.ts';
import { startFaulty } from '../../../faults/harness.ts';
import { startImports } from '../../imports/start-imports.ts';
import { attributesOf, create, profile } from '../people.ts';

const start = async (settings: Partial<Account>) => {
  const app = await startFaulty({});
  await changeAccount(app.account, settings, app.services);
  return app;
};
type App = Awaited<ReturnType<typeof start>>;

const of = (attributes: object) => ({ data: { type: 'profile', attributes } });
const event = (person: object, from: string) => ({
  data: {
    type: 'event',
    attributes: {
      properties: { from },
      metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
      profile: of(person),
    },
  },
});

const bulkOf = (app: App, attributes: object) =>
  app.post('/api/profile-bulk-import-jobs', {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
    },
  });

/** An event of a group, whose person the group names. */
const inGroup = (): object => {
  const { type, attributes } = event({}, 'a batch').data;
  const { profile: _, ...rest } = attributes;
  return { type, attributes: rest };
};

/** One call of each kind that names people by ids of a shop or browser, with their place in the body. */
const calls = (app: App, external_id: string, anonymous_id: string) =>
  ({
    profile: app.post('/api/profiles', profile({ external_id, anonymous_id })),
    upsert: app.post('/api/profile-import', profile({ external_id })),
    bulk: bulkOf(app, { external_id }),
    event: app.post('/api/events', event({ external_id, anonymous_id }, 'a server')),
    events: app.post('/api/event-bulk-create-jobs', {
      data: {
        type: 'event-bulk-create-job',
        attributes: {
          'events-bulk-create': {
            data: [
              {
                type: 'event-bulk-create',
                attributes: { profile: of({ external_id }), events: { data: [inGroup()] } },
              },
            ],
          },
        },
      },
    }),
    browser: app.post(`/client/events?company_id=${app.account}`, event({ anonymous_id }, 'a browser'), {}),
    erasure: app.post('/api/data-privacy-deletion-jobs', {
      data: { type: 'data-privacy-deletion-job', attributes: { profile: of({ external_id }) } },
    }),
  }) as const;

const answers = async (app: App, external_id: string, anonymous_id: string) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(calls(app, external_id, anonymous_id)).map(async ([name, call]) => {
        const { status, body } = await call;
        const pointers = body?.errors?.map((error: { source: { pointer?: string } }) => error.source.pointer);
        return [name, pointers ?? status] as const;
      }),
    ),
  );

test('ignores placeholders as identifiers everywhere', async () => {
  expect(await answers(await start({ allowedIdentifiers: ['-1'] }), '0', 'guest')).toEqual({
    profile: ['/data/attributes/external_id', '/data/attributes/anonymous_id'],
    upsert: ['/data/attributes/external_id'],
    bulk: ['/data/attributes/profiles/data/0/attributes/external_id'],
    event: [
      '/data/attributes/profile/data/attributes/external_id',
      '/data/attributes/profile/data/attributes/anonymous_id',
    ],
    events: ['/data/attributes/events-bulk-create/data/0/attributes/profile/data/attributes/external_id'],
    browser: ['/data/attributes/profile/data/attributes/anonymous_id'],
    erasure: ['/data/attributes/profile/data/attributes/external_id'],
  });
});

test('lets an account accept some of them', async () => {
  const app = await start({ allowedIdentifiers: ['0', 'GUEST'] });
  const id = await create(app, { external_id: '0', anonymous_id: 'guest' });
  expect(await answers(app, '0', 'guest')).toEqual({
    profile: ['/data/attributes'],
    upsert: 200,
    bulk: 202,
    event: 202,
    events: 202,
    browser: 202,
    erasure: 202,
  });
  const { data } = (await app.get('/api/profiles?filter=equals(external_id,"0")')).body;
  expect(data.map((one: { id: string }) => one.id)).toEqual([id]);
  expect((await app.get(`/api/events?filter=equals(profile_id,"${id}")`)).body.data).toHaveLength(3);

  // A bulk job runs later, from its stored input.
  const bulk = await bulkOf(app, { external_id: 'Guest', first_name: 'Gus' });
  await app.workOff();
  const { attributes } = (await app.get(`/api/profile-bulk-import-jobs/${bulk.body.data.id}`)).body.data;
  expect(attributes).toMatchObject({ status: 'complete', completed_count: 1, failed_count: 0 });
});

test('blocks a value that is both allowed and blocked', async () => {
  const app = await start({ allowedIdentifiers: ['guest'], blockedIdentifiers: ['Guest'] });
  const { status, body } = await app.post('/api/profiles', profile({ external_id: 'guest', email: 'a@example.com' }));
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    { detail: expect.stringMatching(/is blocked as/), source: { pointer: '/data/attributes/external_id' } },
  ]);
});

test('keeps the placeholder of a profile after it is no longer allowed', async () => {
  const app = await start({ allowedIdentifiers: ['0'] });
  const id = await create(app, { external_id: '0', email: 'a@example.com' });
  await changeAccount(app.account, { allowedIdentifiers: undefined }, app.services);
  app.at('2030-01-01T00:00:00Z');
  expect((await app.post('/api/profile-import', profile({ email: 'a@example.com', first_name: 'Ada' }))).status).toBe(
    200,
  );
  expect(await attributesOf(app, id)).toMatchObject({ external_id: '0', first_name: 'Ada' });
  expect((await app.get('/api/profiles?filter=equals(external_id,"0")')).body.data).toHaveLength(1);
});

test('applies the same rules to cells of files, with all problems of a row', async () => {
  const app = await startImports();
  await changeAccount(
    app.account,
    { allowedIdentifiers: ['0'], blockedIdentifiers: ['noreply@example.com'] },
    app.services,
  );
  const csv = 'External ID,Email,First Name\n0,zero@example.com,Zoe\nnull,noreply@example.com,Ned\nguest,wrong,Eve\n';
  const { id, attributes } = await app.drop('profiles/people.csv', csv);
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 2 });
  expect((await app.profile('zero@example.com')).attributes.external_id).toBe('0');
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  const told = data.map(
    (one: { attributes: { row_number: number; problems: readonly { column: string; code: string }[] } }) => [
      one.attributes.row_number,
      one.attributes.problems.map(({ column, code }) => `${column} ${code}`).toSorted(),
    ],
  );
  expect(told).toEqual([
    [3, ['Email invalid_email', 'External ID invalid_external_id']],
    [4, ['Email invalid_email', 'External ID invalid_external_id']],
  ]);
});
