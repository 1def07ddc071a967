import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { toSent } from '../../../domains/forms/definition/stored.ts';
import type { Form, FormVersion } from '../../../domains/forms/records/form.ts';
import { getVersion, readContent, readFormsOfVersions, readVersions } from '../../../domains/forms/versions.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { defineResource, toMany, toOne } from '../resource.ts';
import { formTypeOf, formVersionView, formView, shownTypes, statuses, statusOf } from '../views/form.ts';

const comparisons = ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'] as const;

/** The versions of a form, sorted and filtered as in Klaviyo's API. */
const listing = (form: Form) =>
  inMemoryListing({
    all: (context: Pick<Context, 'account' | 'table'>) => readVersions(form, context),
    fields: {
      form_type: { getValue: formTypeOf, filter: ['any', 'equals'], oneOf: shownTypes },
      status: { getValue: statusOf, filter: ['equals'], oneOf: statuses },
      updated_at: { getValue: ({ updated }: FormVersion) => updated, value: 'time', filter: comparisons, sort: true },
      created_at: { getValue: ({ created }: FormVersion) => created, value: 'time', filter: comparisons, sort: true },
    },
    sort: 'created_at',
  });

const rules = listing({ account: '', id: '', name: '', created: '', updated: '', published: [] });

/** The versions of a form: those that were published, and the draft. */
export const versionsOfForm = toMany({
  ...fromView(formVersionView),
  noun: { one: 'version', many: 'versions' },
  reading: {
    ...(rules.filters && { filters: rules.filters }),
    ...(rules.sorts && { sorts: rules.sorts }),
    page: { default: 20, max: 100 },
  },
  read: (form: Form, selection, context) => listing(form).read(selection, context),
  related: {
    operation: 'getVersionsForForm',
    description:
      'Oldest first by default: every version that was published, and the draft. A version that was live before has the status `draft`, as Klaviyo knows two, and `ended_at`.',
  },
  ids: { operation: 'getVersionIdsForForm' },
});

const formOfVersion = toOne({
  ...fromView(formView),
  noun: { one: 'form', many: 'forms' },
  isIncludable: true,
  read: (versions: readonly FormVersion[], context) => readFormsOfVersions(versions, context),
  related: { operation: 'getFormForFormVersion', description: 'Null if the form was deleted.' },
  ids: { operation: 'getFormIdForFormVersion', description: 'Null if the form was deleted.' },
});

export const routes = defineResource({
  view: formVersionView,
  noun: { one: 'form version', many: 'form versions' },
  scope: 'forms',
  getOne: getVersion,
  get: {
    operation: 'getFormVersion',
    description:
      'A published version stays readable, also after its form was deleted: evidence of consent refers to it. `additional-fields[form-version]=definition` adds its content.',
    additional: {
      definition: async ({ id }, context) => {
        const content = await readContent(id, context);
        return content && v.parse(v.record(v.string(), v.unknown()), toSent(content));
      },
    },
  },
  relationships: { form: formOfVersion },
});
