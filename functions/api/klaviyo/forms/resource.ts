import * as v from 'valibot';
import {
  changeForm,
  createForm,
  deleteForm,
  findProblems,
  getForm,
  readAllForms,
} from '../../../domains/forms/actions.ts';
import { Definition } from '../../../domains/forms/definition/version.ts';
import { type Form, FormName } from '../../../domains/forms/records/form.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { normalizeName } from '../../../platform/validation/text.ts';
import { defineResource } from '../resource.ts';
import { formStatusOf, formView, statuses } from '../views/form.ts';
import { versionsOfForm } from './form-versions.ts';

const comparisons = ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'] as const;
/** A definition of 256 KB can be longer as it is written. */
const MAX_BODY_BYTES = 1024 * 1024;

const ab_test = v.nullish(v.literal(false, 'A/B tests are not supported. Use false.'));
const CHECKED =
  'The definition has one version, in Klaviyo’s format. It is checked as a whole: one answer reports all problems. ' +
  'Parts of the format that have no meaning here are refused with what to use instead ([forms](https://github.com/search?q=docs%2Fforms.md)).';

export const routes = defineResource({
  view: formView,
  noun: { one: 'form', many: 'forms' },
  scope: 'forms',
  isAdministrative: true,
  getOne: (id, context): Promise<Form> => getForm(id, context),

  list: {
    operation: 'getForms',
    description: 'Oldest first by default.',
    page: { default: 20, max: 100 },
    // An account has at most 500 forms, and their content is elsewhere.
    ...inMemoryListing({
      all: readAllForms,
      fields: {
        id: { getValue: ({ id }: Form) => id, filter: ['any', 'equals'] },
        name: { getValue: ({ name }: Form) => name, filter: ['any', 'contains', 'equals'], normalize: normalizeName },
        status: { getValue: formStatusOf, filter: ['equals'], oneOf: statuses },
        ab_test: { getValue: () => false, value: 'boolean', filter: ['equals'] },
        updated_at: { getValue: ({ updated }: Form) => updated, value: 'time', filter: comparisons, sort: true },
        created_at: { getValue: ({ created }: Form) => created, value: 'time', filter: comparisons, sort: true },
      },
      sort: 'created_at',
    }),
  },

  get: {
    operation: 'getForm',
    description: 'With the live version, if any, and the draft, if any, each with its `status`.',
  },

  create: {
    operation: 'createForm',
    description: `Visitors see the form after it is published. ${CHECKED}`,
    maxBodyBytes: MAX_BODY_BYTES,
    attributes: v.object({
      name: FormName,
      status: v.nullish(v.literal('draft', 'A new form is a draft. Publish it by POST /api/form-publish-jobs.')),
      ab_test,
      definition: Definition,
    }),
    findProblems,
    run: ({ attributes: { name, definition } }, context): Promise<Form> => {
      const [version] = definition.versions;
      if (!version) throw new Error('A definition without a version was accepted.');
      return createForm({ name, version }, context);
    },
  },

  update: {
    operation: 'updateForm',
    description: `Replaces the name or the draft. The live version stays as it is until the form is published. ${CHECKED}`,
    maxBodyBytes: MAX_BODY_BYTES,
    attributes: v.object({ name: v.nullish(FormName), definition: v.nullish(Definition) }),
    findProblems,
    run: (id, { attributes: { name, definition } }, context): Promise<Form> => {
      const version = definition?.versions[0];
      return changeForm(id, { ...(name && { name }), ...(version && { version }) }, context);
    },
  },

  delete: {
    operation: 'deleteForm',
    description:
      'Removes the form and its draft. Published versions stay readable by their ids, as evidence of consent.',
    run: deleteForm,
  },

  relationships: { 'form-versions': versionsOfForm },
});
