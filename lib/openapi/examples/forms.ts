import { type Example, type Examples, ids } from './people.ts';

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
};
