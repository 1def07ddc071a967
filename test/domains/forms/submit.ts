import type { Answer } from '../../support/app.ts';
import { startForms } from './start.ts';

export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** An app with a live form, and a browser that submits it. */
export const startLive = async (version: object, options: Parameters<typeof startForms>[0] = {}) => {
  const app = await startForms(options);
  const { status, body } = await app.create(version);
  if (status !== 201) throw new Error(JSON.stringify(body));
  const form: string = body.data.id;
  await app.publish(form);
  const [live] = await app.versions(form);
  const submit = (attributes: object, { to = { form, version: live.id }, headers = {} } = {}): Promise<Answer> =>
    app.post(
      `/client/form-submissions?company_id=${app.account}&onsite=true`,
      {
        data: {
          type: 'form-submission',
          attributes: { step: 'step-1', elapsed_ms: 5_000, website: '', ...attributes },
          relationships: {
            form: { data: { type: 'form', id: to.form } },
            'form-version': { data: { type: 'form-version', id: to.version } },
          },
        },
      },
      { 'user-agent': CHROME, ...headers },
    );
  const countViews = (events: readonly object[], headers = {}): Promise<Answer> =>
    app.post(
      `/client/form-statistics?company_id=${app.account}&onsite=true`,
      {
        data: {
          type: 'form-statistics',
          attributes: { events: events.map((one) => ({ form_id: form, form_version_id: live.id, ...one })) },
        },
      },
      { 'user-agent': CHROME, ...headers },
    );
  return { ...app, form, live: String(live.id), submit, countViews };
};

/** The pointers of an answer's problems. */
export const pointersOf = ({ body }: Answer): string[] =>
  body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer);
