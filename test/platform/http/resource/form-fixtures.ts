import { type App, type Fixture, made, nameOf, type Shown } from './fixture.ts';

/** A form that asks for an e-mail address. */
export const formVersion = (label = 'Subscribe') => ({
  type: 'popup',
  steps: [
    {
      columns: [
        {
          rows: [
            { blocks: [{ type: 'html_text', properties: { content: '<p>News by mail</p>' } }] },
            { blocks: [{ type: 'email', properties: { label: 'E-mail', required: true } }] },
            {
              blocks: [{ type: 'button', properties: { label }, action: { type: 'close', submit: true } }],
            },
          ],
        },
      ],
    },
  ],
});

const formBody = (n: number) => ({
  attributes: { name: nameOf(n), status: 'draft', ab_test: false, definition: { versions: [formVersion()] } },
});

const makeForm = (n: number, app: App): Promise<string> => made(app, '/api/forms', { type: 'form', ...formBody(n) });

const publish = (id: string, app: App): Promise<string> =>
  made(app, '/api/form-publish-jobs', {
    type: 'form-publish-job',
    relationships: { form: { data: { type: 'form', id } } },
  });

export const formFixtures: Readonly<Record<string, Fixture>> = {
  form: {
    body: formBody,
    change: { name: 'Renamed' },
    related: {
      'form-versions': {
        isNeverEmpty: true,
        // Each change of the form after it is published is one more version.
        async relate(id, n, app) {
          if (n > 0) {
            await publish(id, app);
            const type = ['popup', 'embed', 'flyout', 'banner', 'full_screen'][n] ?? 'popup';
            const definition = { versions: [{ ...formVersion(), type }] };
            const { status, body } = await app.patch(`/api/forms/${id}`, {
              data: { type: 'form', id, attributes: { definition } },
            });
            if (status !== 200) throw new Error(JSON.stringify(body));
          }
          return (await app.get(`/api/forms/${id}/form-versions`)).body.data.at(-1).id;
        },
      },
    },
  },
  'form-version': {
    make: makeForm,
    async items(app) {
      const forms: readonly Shown[] = (await app.get('/api/forms')).body.data;
      const versions: Shown[] = [];
      for (const { id } of forms) versions.push(...(await app.get(`/api/forms/${id}/form-versions`)).body.data);
      return versions;
    },
    related: {
      form: {
        isNeverEmpty: true,
        relate: async (id, _, app) => (await app.get(`/api/form-versions/${id}`)).body.data.relationships.form.data.id,
      },
    },
  },
};
