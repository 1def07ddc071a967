import { expect, test } from 'vitest';
import { AT, button, email, step, text, version } from './parts.ts';
import { startForms } from './start.ts';

test('a version that is too large says so together with everything else that is wrong', async () => {
  const app = await startForms();
  const texts = Array.from({ length: 30 }, () => text('x'.repeat(9_900)));
  const problems = await app.problemsOf(
    version([
      step(email(), ...texts, button(), button('open_form', { properties: { form_id_to_open: 'none' } })),
      step(text('')),
    ]),
  );
  expect(problems[AT]).toMatch(/^The version has \d+ bytes; at most 262144 are kept/);
  expect(Object.keys(problems).length).toBeGreaterThan(1);
});
