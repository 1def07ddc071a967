import { expect, test } from 'vitest';
import { networkOf } from '../../../../functions/model/web/network.ts';
import { startPages } from '../../../api/pages/visit.ts';
import { bulk, subscribeTo } from '../requests.ts';

test("does not count public calls against the limits of a shop's own server", async () => {
  const app = await startPages({
    optInProcess: 'double_opt_in',
    confirmationLimits: { address: 1, ip: 100, list: 2 },
  });
  const email = `wanted.${process.pid}@example.com`;
  const fromForm = (address: string) => app.form(`/pages/subscribe/${app.account}`, { email: address });
  const form = [await fromForm(email), await fromForm(email), await fromForm('other@example.com')];
  expect(form.map(({ status }) => status)).toEqual([200, 200, 429]);
  const people = [{ email, subscriptions: subscribeTo('email.marketing') }];
  expect((await app.post('/api/profile-subscription-bulk-create-jobs', bulk(people))).status).toBe(202);
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(2);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
  ['2001:0DB8::7:0:0:0:1', '2001:db8:0:7::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
])('counts %s as network %s', (ip, network) => expect(networkOf(ip)).toBe(network));
