import { forms } from '../../../functions/services/forms.ts';
import { type Answer, startApp } from '../../support/app.ts';

/** An app with forms, and shorter ways to make and publish them. */
export const startForms = async (options: Parameters<typeof startApp>[1] = {}) => {
  const app = await startApp(forms, { lists: ['news'], ...options });
  const create = (version: object, name = 'Welcome'): Promise<Answer> =>
    app.post('/api/forms', { data: { type: 'form', attributes: { name, definition: { versions: [version] } } } });
  const job = (type: 'publish' | 'unpublish', id: string): Promise<Answer> =>
    app.post(`/api/form-${type}-jobs`, {
      data: { type: `form-${type}-job`, relationships: { form: { data: { type: 'form', id } } } },
    });
  return {
    ...app,
    create,
    publish: (id: string) => job('publish', id),
    unpublish: (id: string) => job('unpublish', id),
    change: (id: string, attributes: object) =>
      app.patch(`/api/forms/${id}`, { data: { type: 'form', id, attributes } }),
    versions: async (id: string) => (await app.get(`/api/forms/${id}/form-versions`)).body.data,
    /** The pointers and texts of what is wrong with a version. */
    problemsOf: async (version: object): Promise<Record<string, string>> => {
      const { status, body } = await create(version);
      if (status === 201) return {};
      if (status !== 400) throw new Error(`${status} ${JSON.stringify(body)}`);
      return Object.fromEntries(
        body.errors.map(({ source, detail }: { source: { pointer: string }; detail: string }) => [
          source.pointer,
          detail,
        ]),
      );
    },
  };
};
