import { expect, test } from 'vitest';
import { readAccessFile } from '../access/access-file.ts';
import { jsonIn } from '../access/unzip.ts';
import { submitForm } from '../form-writes.ts';
import { startShop } from '../shop.ts';
import { tracesOf } from './traces.ts';

const email = 'ada.form@example.com';

/** A shop whose worker has not run for a submission. */
const start = async () => {
  const shop = await startShop();
  const kept: object[] = [];
  const queue = () => ({ send: async (message: object) => void kept.push(message) });
  shop.serveWith({ queue });
  expect((await submitForm(shop, { $email: email })).status).toBe(202);
  shop.serveWith({});
  shop.wait(1);
  expect((await tracesOf(shop, [email])).map((trace) => trace.split(' ').slice(0, 2).join(' '))).toContain(
    'item form_submission',
  );
  return { shop, messages: kept.map((message) => JSON.stringify(message)) };
};

test('an access request shows a form that still waits for its worker', async () => {
  const { shop } = await start();
  const forms = jsonIn(await readAccessFile(shop, { email }), 'form-submissions.json');
  expect(forms).toEqual([expect.objectContaining({ entered: { email } })]);
});

test('an erasure removes it, and the worker that runs later stores nothing of the person', async () => {
  const { shop, messages } = await start();
  expect(await shop.erase({ email })).toMatchObject({ status: 'complete' });
  expect(await tracesOf(shop, [email])).toEqual([]);
  await shop.workOff(messages);
  expect(await tracesOf(shop, [email])).toEqual([]);
  expect(shop.failed).toEqual([]);
});
