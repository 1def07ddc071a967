import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { button, email, step, text, version } from './parts.ts';
import { startForms } from './start.ts';

const form = (label: string) => version([step(email(), button('close', { label }))]);
const shown = (all: readonly { readonly attributes: Record<string, unknown> }[]) =>
  all.map(({ attributes: { status, published_at, ended_at } }) => [status, published_at !== null, ended_at !== null]);

test('a form is a draft until it is published; then a change makes another draft', async () => {
  const app = await startForms();
  const { body } = await app.create(form('One'));
  const { id } = body.data;
  expect(body.data.attributes).toMatchObject({ status: 'draft', ab_test: false, name: 'Welcome' });
  const [first] = await app.versions(id);
  expect(first).toMatchObject({
    type: 'form-version',
    attributes: { form_type: 'popup', variation_name: '', status: 'draft' },
    relationships: { form: { data: { type: 'form', id } } },
  });

  const changed = await app.change(id, { definition: { versions: [form('Two')] } });
  expect(changed.body.data.attributes.definition.versions).toHaveLength(1);
  expect((await app.versions(id)).map((one: { id: string }) => one.id)).toEqual([first.id]);

  app.at('2026-01-02T00:00:00Z');
  const job = await app.publish(id);
  expect([job.status, job.body.data.attributes]).toEqual([
    201,
    { status: 'complete', created_at: '2026-01-02T00:00:00.000+00:00' },
  ]);
  expect(job.body.data.relationships.form.data).toEqual({ type: 'form', id });
  expect(shown(await app.versions(id))).toEqual([['live', true, false]]);
  // Once more changes nothing.
  expect((await app.publish(id)).status).toBe(201);
  expect((await app.get(`/api/forms/${id}`)).body.data.attributes.status).toBe('live');

  app.at('2026-01-03T00:00:00Z');
  await app.change(id, { definition: { versions: [form('Three')] } });
  const both = (await app.get(`/api/forms/${id}`)).body.data.attributes.definition.versions;
  expect(both.map((one: { status: string }) => one.status)).toEqual(['live', 'draft']);
  await app.publish(id);
  expect(shown(await app.versions(id))).toEqual([
    ['draft', true, true],
    ['live', true, false],
  ]);
});

test('a live version is never changed, by nobody', async () => {
  const app = await startForms();
  const { id } = (await app.create(form('One'))).body.data;
  await app.publish(id);
  const [live] = await app.versions(id);
  const read = async () => {
    const { body } = await app.get(`/api/form-versions/${live.id}?additional-fields[form-version]=definition`);
    return createHash('sha256').update(JSON.stringify(body.data.attributes.definition)).digest('hex');
  };
  const before = await read();
  const sentBack = (await app.get(`/api/forms/${id}`)).body.data.attributes.definition;
  const refused = await app.change(id, { definition: sentBack });
  expect([refused.status, refused.body.errors[0].source.pointer]).toEqual([
    400,
    '/data/attributes/definition/versions/0/status',
  ]);
  await app.change(id, { definition: { versions: [form('Two')] } });
  await app.publish(id);
  await app.unpublish(id);
  expect(await read()).toBe(before);
  expect((await app.delete(`/api/forms/${id}`)).status).toBe(204);
  // Evidence of consent refers to it.
  expect(await read()).toBe(before);
  expect((await app.get(`/api/form-versions/${live.id}/form`)).body.data).toBeNull();
});

test('an unpublished form has a draft with the same content, unless it has a draft', async () => {
  const app = await startForms();
  const { id } = (await app.create(form('One'))).body.data;
  await app.publish(id);
  expect((await app.unpublish(id)).body.data.attributes.status).toBe('complete');
  const { attributes } = (await app.get(`/api/forms/${id}`)).body.data;
  expect(attributes.status).toBe('draft');
  expect(attributes.definition.versions).toMatchObject([{ status: 'draft', ...form('One') }]);
  expect(shown(await app.versions(id))).toEqual(
    expect.arrayContaining([
      ['draft', true, true],
      ['draft', false, false],
    ]),
  );
  expect((await app.unpublish(id)).status).toBe(201);
  expect(await app.versions(id)).toHaveLength(2);
  await app.publish(id);
  await app.change(id, { definition: { versions: [form('Two')] } });
  await app.unpublish(id);
  expect((await app.get(`/api/forms/${id}`)).body.data.attributes.definition.versions).toMatchObject([form('Two')]);
});

test('a draft goes with its form', async () => {
  const app = await startForms();
  const { id } = (await app.create(form('One'))).body.data;
  const [draft] = await app.versions(id);
  await app.delete(`/api/forms/${id}`);
  expect((await app.get(`/api/form-versions/${draft.id}`)).status).toBe(404);
  expect((await app.publish(id)).status).toBe(404);
});

test('live forms have a limit together, since each visitor loads them', async () => {
  const app = await startForms();
  const large = version([step(email(), button(), ...Array.from({ length: 10 }, () => text('x'.repeat(10_000))))]);
  const answers: number[] = [];
  for (let n = 0; n < 11; n++) {
    const { body } = await app.create(large);
    answers.push((await app.publish(body.data.id)).status);
  }
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 201), 400]);
});

test('two who publish and change at once leave one live version and at most one draft', async () => {
  const app = await startForms();
  const { id } = (await app.create(form('One'))).body.data;
  const answers = await Promise.all([
    app.publish(id),
    app.change(id, { definition: { versions: [form('Two')] } }),
    app.publish(id),
    app.change(id, { definition: { versions: [form('Three')] } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 200]);
  const statuses = (await app.get(`/api/forms/${id}`)).body.data.attributes.definition.versions.map(
    (one: { status: string }) => one.status,
  );
  expect(statuses.filter((one: string) => one === 'live')).toHaveLength(1);
  expect(statuses.length).toBeLessThanOrEqual(2);
});
