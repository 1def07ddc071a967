import { expect, test } from 'vitest';
import { createPageLinks } from '../../../functions/api/pages/preferences.ts';
import { changeList, joinList } from '../../../functions/domains/lists/actions.ts';
import { personWith } from '../../domains/consent/people.ts';
import { startPages } from './visit.ts';

const email = 'ada@example.com';
const pathOf = (url: string) => new URL(url).pathname;

/** A person with an e-mail subscription who is on the list of news. */
const subscribed = async (settings: Parameters<typeof startPages>[0] = {}) => {
  const app = await startPages(settings);
  const context = app.context();
  await changeList('news', { name: 'Autumn news' }, context);
  const ada = await personWith({ email }, context);
  await joinList({ listId: 'news', profileId: ada.id, at: new Date('2025-12-01') }, context);
  await app.form(`/pages/subscribe/${app.account}`, { email });
  const links = await createPageLinks({ profileId: ada.id, listId: 'news' }, context);
  return { app, ada, context, preferences: pathOf(links.preferences_url), unsubscribe: pathOf(links.unsubscribe_url) };
};

const ticked = (body: string): string[] =>
  [...body.matchAll(/value="([^"]+)" checked>/g)].map(([, value = '']) => value);

test('the unsubscribe page describes its button, and claims nothing done', async () => {
  const { app, unsubscribe } = await subscribed();
  const { body } = await app.get(unsubscribe);
  expect(body).toContain(
    'The button below ends all marketing e-mails from Test shop. Nothing changes until you press it.',
  );
  expect(body).toContain('Only from this list: Autumn news');
  expect(body).not.toMatch(/You get no|You are unsubscribed/);
  const german = await app.get(unsubscribe, { 'accept-language': 'de' });
  expect(german.body).toContain('Solange du ihn nicht drückst, ändert sich nichts.');
});

test('the preferences after unsubscribing show no mails, also from lists', async () => {
  const { app, preferences, unsubscribe } = await subscribed();
  expect(ticked((await app.get(preferences)).body)).toEqual(['email#marketing', 'news']);
  const done = await app.form(unsubscribe, {});
  expect(done.body).toContain('You get no more marketing e-mails from Test shop.');

  const { body } = await app.get(preferences);
  expect(ticked(body)).toEqual([]);
  expect(body).toContain('Nothing comes from these while news by e-mail is off.');

  await app.form(preferences, { topic: 'email#marketing', list: 'news' });
  expect(ticked((await app.get(preferences)).body)).toEqual(['email#marketing', 'news']);
});

test('"unsubscribe from everything" leaves nothing ticked', async () => {
  const { app, preferences } = await subscribed();
  await app.form(preferences, { topic: 'email#marketing', list: 'news', all: 'yes' });
  expect(ticked((await app.get(preferences)).body)).toEqual([]);
});

test('a person who left one list reads its name, and stays subscribed to the others', async () => {
  const { app, preferences, unsubscribe } = await subscribed();
  const { body } = await app.form(unsubscribe, { only: 'list' });
  expect(body).toContain('You get no more e-mails of Autumn news. Other e-mails from Test shop go on.');
  expect(ticked((await app.get(preferences)).body)).toEqual(['email#marketing']);
});

test('the page of a list names it, before and after, and so does the evidence', async () => {
  const { app, context } = await subscribed();
  await changeList('news', { name: '{shop} & <news>' }, context);
  const { body } = await app.get(`/pages/subscribe/${app.account}/news`);
  expect(body).toContain('<h1>Subscribe to {shop} &amp; &lt;news&gt;</h1>');
  expect(body).toContain('to get {shop} &amp; &lt;news&gt; from Test shop.');
  const done = await app.form(`/pages/subscribe/${app.account}/news`, { email: 'eve@example.com' });
  expect(done.body).toContain('You are subscribed to {shop} &amp; &lt;news&gt; from Test shop.');
});

test("turns addresses in a shop's texts into links, without the final punctuation", async () => {
  const app = await startPages({
    pageConsent: 'I agree (see https://shop.example/privacy?a=1&b=2).',
    pageFooter: 'Shop, Berlin. www.shop.example, hello@shop.example! javascript:alert(1) "https://x.example/"',
  });
  const { body } = await app.get(`/pages/subscribe/${app.account}`);
  const links = [...body.matchAll(/<a href="([^"]+)">([^<]+)<\/a>/g)].map(([, href, text]) => [href, text]);
  expect(links).toEqual([
    ['https://shop.example/privacy?a=1&amp;b=2', 'https://shop.example/privacy?a=1&amp;b=2'],
    ['https://www.shop.example', 'www.shop.example'],
    ['mailto:hello@shop.example', 'hello@shop.example'],
    ['https://x.example/', 'https://x.example/'],
  ]);
  expect(body).toContain('(see <a');
});
