import { expect, test } from 'vitest';
import { bulk, unsubscribeFrom } from '../../consent/requests.ts';
import { startImports } from '../start-imports.ts';

const LEFT = '2025-06-01T00:00:00Z';

/** A list that Ada joined and left. */
const start = async () => {
  const app = await startImports();
  await app.put('profiles/members.mapping.json', JSON.stringify({ list: 'news' }));
  app.at('2025-01-01T00:00:00Z');
  await app.drop('profiles/members.csv', 'Email\nada@example.com\nbob@example.com\n');
  app.at(LEFT);
  const { status } = await app.post(
    '/api/profile-subscription-bulk-delete-jobs',
    bulk([{ email: 'ada@example.com', subscriptions: unsubscribeFrom('email.marketing') }], {
      type: 'delete',
      list: 'news',
    }),
  );
  expect(status).toBe(202);
  app.at('2025-07-01T00:00:00Z');
  const members = async (): Promise<string[]> =>
    (await app.get('/api/lists/news/profiles')).body.data
      .map(({ attributes }: { attributes: { email: string } }) => attributes.email)
      .sort();
  expect(await members()).toEqual(['bob@example.com']);
  const drop = async (name: string, text: string, mapping: object = {}) => {
    await app.put(`profiles/${name}.mapping.json`, JSON.stringify({ list: 'news', ...mapping }));
    return (await app.drop(`profiles/${name}.csv`, text)).attributes;
  };
  return { ...app, members, drop };
};

test.each([
  ['without consent', 'Email\nada@example.com\ncy@example.com\n', {}],
  [
    'with an older consent',
    'Email,Email Marketing Consent,Email Marketing Consent Timestamp\nada@example.com,Subscribed,2025-05-31T00:00:00Z\ncy@example.com,Subscribed,2025-05-31T00:00:00Z\n',
    {},
  ],
  [
    'with a consent without a time',
    'Email,Email Marketing Consent,Consent Basis\nada@example.com,Subscribed,a form\ncy@example.com,Subscribed,a form\n',
    {},
  ],
  [
    'with an older consent in its mapping',
    'Email,Email Marketing Consent\nada@example.com,Subscribed\ncy@example.com,Subscribed\n',
    { consent: { at: '2025-01-01T00:00:00Z' } },
  ],
])('a file %s puts no one back on a list that they left', async (_, text, mapping) => {
  const app = await start();
  expect(await app.drop('old', text, mapping)).toMatchObject({ status: 'complete', failed_count: 0 });
  expect(await app.members()).toEqual(['bob@example.com', 'cy@example.com']);
});

test('a row with a newer subscription puts a person back on the list that they left', async () => {
  const app = await start();
  await app.drop(
    'new',
    'Email,Email Marketing Consent,Email Marketing Consent Timestamp\nada@example.com,Subscribed,2025-06-02T00:00:00Z\n',
  );
  expect(await app.members()).toEqual(['ada@example.com', 'bob@example.com']);
});
