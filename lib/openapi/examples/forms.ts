import { ada, type Example, type Examples, ids } from './people.ts';

const definition = {
  versions: [
    {
      type: 'popup',
      triggers: [{ type: 'delay', properties: { seconds: 10 } }],
      steps: [
        {
          columns: [
            {
              rows: [
                { blocks: [{ type: 'html_text', properties: { content: '<h2>Ten percent off</h2>' } }] },
                { blocks: [{ type: 'email', properties: { label: 'E-mail', show_label: true, required: true } }] },
                {
                  blocks: [
                    { type: 'button', properties: { label: 'Subscribe' }, action: { type: 'close', submit: true } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
};

const job = (type: string): Example => ({
  data: { type, relationships: { form: { data: { type: 'form', id: ids.form } } } },
});

export const formExamples: Examples = {
  createForm: { data: { type: 'form', attributes: { name: 'Welcome', status: 'draft', ab_test: false, definition } } },
  updateForm: { data: { type: 'form', id: ids.form, attributes: { name: 'Welcome, spring', definition } } },
  publishForm: job('form-publish-job'),
  unpublishForm: job('form-unpublish-job'),
  createFormSubmission: {
    data: {
      type: 'form-submission',
      attributes: {
        step: 'step-1',
        is_last: true,
        submission_id: '0b9f5c1e-6a2d-4c3b-9f7e-2d1c8b4a6e50',
        fields: { $email: ada.email, Size: 'M', opt_in_promotional_email: true },
        hidden: { $source: 'Popup' },
        page: 'https://shop.example/hats',
        device: 'desktop',
        elapsed_ms: 8_200,
        website: '',
      },
      relationships: {
        form: { data: { type: 'form', id: ids.form } },
        'form-version': { data: { type: 'form-version', id: ids.formVersion } },
      },
    },
  },
  countFormEvents: {
    data: {
      type: 'form-statistics',
      attributes: {
        events: [
          { name: 'viewed', form_id: ids.form, form_version_id: ids.formVersion, is_unique: true },
          { name: 'viewed_step', form_id: ids.form, form_version_id: ids.formVersion, is_unique: true },
        ],
      },
    },
  },
  queryFormValues: {
    data: {
      type: 'form-values-report',
      attributes: { statistics: ['viewed_form', 'submits', 'submit_rate'], timeframe: { key: 'last_30_days' } },
    },
  },
  queryFormSeries: {
    data: {
      type: 'form-series-report',
      attributes: {
        statistics: ['viewed_form', 'submits'],
        timeframe: { start: '2026-05-01T00:00:00', end: '2026-06-01T00:00:00' },
        interval: 'daily',
        group_by: ['form_id', 'form_version_id'],
        filter: `equals(form_id,"${ids.form}")`,
      },
    },
  },
  submitFormPage: { step: 'step-1', version: ids.formVersion, button: 'block-3', 'field:$email': ada.email },
};
