import { expect, test } from 'vitest';
import { linkIn, startPages } from './visit.ts';

const NAME = "Other $& $` $' $1 $$ {shop} shop";
const shown = NAME.replaceAll("'", '&#39;')
  .replaceAll('&', () => '&amp;')
  .replaceAll('&amp;#39;', '&#39;');

test("shows a shop's name in pages and mails, escaped", async () => {
  const app = await startPages({ name: NAME, optInProcess: 'double_opt_in' });
  const path = `/pages/subscribe/${app.account}`;
  const { body } = await app.get(path);
  expect(body).toContain(`<title>Subscribe to news from ${shown}</title>`);
  expect(body).toContain(`I agree that ${shown} sends me marketing e-mails.`);

  const email = `${app.account.toLowerCase()}@example.com`;
  await app.form(path, { email });
  await app.deliver();
  const [mail] = await app.mailsTo(email);
  expect(JSON.stringify(mail)).toContain(JSON.stringify(`Please confirm your subscription to ${NAME}`).slice(1, -1));
  expect(linkIn(JSON.stringify(mail), 'confirm')).not.toBe('');
});
