import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import {
  openMsAfter,
  pauseAfter,
  RETRY_MS,
} from '../../../functions/domains/webhooks/deliveries/records/retry-times.ts';
import { signedHeaders } from '../../../functions/domains/webhooks/deliveries/sign.ts';

/** From the specification. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};

test('signs the example of Standard Webhooks as its specification does', () => {
  expect(signedHeaders(vector, [vector.secret])).toEqual({
    'webhook-id': vector.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'a plain text as Klaviyo has it', 'äöü and sixteen more'])(
  'signs by the secret %s as the library does',
  (secret) => {
    const key = secret.startsWith('whsec_') ? secret : Buffer.from(secret).toString('base64');
    const signature = new Webhook(key).sign(vector.id, vector.at, vector.body);
    expect(signedHeaders(vector, [secret])['webhook-signature']).toBe(signature);
  },
);

test('tries for three days, with longer and longer pauses', () => {
  let ms = 0;
  let attempts = 1;
  for (; ms + pauseAfter(attempts, 0) <= RETRY_MS; attempts += 1) ms += pauseAfter(attempts, 0);
  expect(attempts).toBe(12);
  expect(pauseAfter(1, 1)).toBe(5_500);
  const opens = Array.from({ length: 20 }, (_, failures) => openMsAfter(failures, 0));
  expect(opens.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 30_000, 60_000]);
  expect(Math.max(...opens)).toBe(1_800_000);
});
