import { bodyExamples } from '../../../lib/openapi/examples.ts';
import { CHROME } from '../forms/submit.ts';
import { type None, person, type Way, type World } from './person.ts';

type Shop = Pick<World['shop'], 'post' | 'get' | 'account'>;

/** Creates and publishes the form of the examples. Returns its id and that of its version. */
export const publishForm = async (shop: Shop): Promise<{ readonly form: string; readonly version: string }> => {
  const form: string = (await shop.post('/api/forms', bodyExamples.createForm)).body.data.id;
  await shop.post('/api/form-publish-jobs', {
    data: { type: 'form-publish-job', relationships: { form: { data: { type: 'form', id: form } } } },
  });
  const [live] = (await shop.get(`/api/forms/${form}/form-versions`)).body.data;
  return { form, version: live.id };
};

/** Submits the form as a browser does. */
export const submitForm = async (shop: Shop, fields: object) => {
  const { form, version } = await publishForm(shop);
  return shop.post(
    `/client/form-submissions?company_id=${shop.account}&onsite=true`,
    {
      data: {
        type: 'form-submission',
        attributes: { step: 'step-1', is_last: true, fields, elapsed_ms: 5_000 },
        relationships: {
          form: { data: { type: 'form', id: form } },
          'form-version': { data: { type: 'form-version', id: version } },
        },
      },
    },
    { 'user-agent': CHROME },
  );
};

const { email, alias } = person;

/** How the routes of forms store a person. */
export const formWrites = {
  createForm: 'is content of the shop',
  updateForm: 'is content of the shop',
  deleteForm: 'is content of the shop',
  publishForm: 'is content of the shop',
  unpublishForm: 'is content of the shop',
  queryFormValues: 'is a question',
  queryFormSeries: 'is a question',
  countFormEvents: 'counts views',
  createFormSubmission: ({ shop }) => submitForm(shop, { $email: email }),
  submitFormPage: async ({ shop }) => {
    const { form, version } = await publishForm(shop);
    const fields = { 'field:$email': alias, step: 'step-1', version };
    return shop.send('POST', `/pages/forms/${shop.account}/${form}`, `${new URLSearchParams(fields)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
  },
} satisfies Readonly<Record<string, Way | None>>;
