import * as v from 'valibot';
import type { VersionWithContent } from '../../../domains/forms/actions.ts';
import { toSent } from '../../../domains/forms/definition/stored.ts';
import type { Form, FormVersion } from '../../../domains/forms/records/form.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const statuses = ['draft', 'live'] as const;
const Status = v.picklist(statuses);

/** A form, with its versions where a single one is shown. */
type ShownForm = Form & { readonly versions?: readonly VersionWithContent[] };

export const formStatusOf = ({ live }: Pick<Form, 'live'>): (typeof statuses)[number] =>
  live === undefined ? 'draft' : 'live';

export const formView = defineView({
  type: 'form',
  path: '/api/forms',
  entries: {
    name: v.string(),
    status: Status,
    ab_test: v.boolean(),
    created_at: v.string(),
    updated_at: v.string(),
  },
  details: { definition: v.object({ versions: v.array(v.looseObject({ id: v.number(), status: Status })) }) },
  attributes: ({ name, live, created, updated, versions }: ShownForm) => ({
    name,
    status: formStatusOf({ live }),
    ab_test: false,
    created_at: withUtcOffset(created),
    updated_at: withUtcOffset(updated),
    ...(versions && { definition: { versions: versions.map(definitionOf) } }),
  }),
  relationships: () => ({ 'form-versions': undefined }),
});

const definitionOf = ({ id, status, content }: VersionWithContent) => ({
  ...toSent(content),
  id: Number(id),
  status: statusOf({ status }),
  ab_test: false,
});

/** Klaviyo's clients know two statuses: a version that was live before is none that visitors see. */
export const statusOf = ({ status }: Pick<FormVersion, 'status'>): (typeof statuses)[number] =>
  status === 'live' ? 'live' : 'draft';

/** Klaviyo has two names for one type. */
export const formTypeOf = ({ formType }: Pick<FormVersion, 'formType'>) =>
  formType === 'full_screen' ? ('full_page' as const) : formType;

export const shownTypes = ['banner', 'embed', 'flyout', 'full_page', 'popup'] as const;

export const formVersionView = defineView({
  type: 'form-version',
  path: '/api/form-versions',
  entries: {
    form_type: v.picklist(shownTypes),
    variation_name: v.string(),
    ab_test: v.null(),
    status: Status,
    created_at: v.string(),
    updated_at: v.string(),
    published_at: v.nullable(v.string()),
    ended_at: v.nullable(v.string()),
  },
  additional: { definition: v.record(v.string(), v.unknown()) },
  attributes: ({ formType, name, status, created, updated, publishedAt, endedAt }: FormVersion) => ({
    form_type: formTypeOf({ formType }),
    variation_name: name ?? '',
    ab_test: null,
    status: statusOf({ status }),
    created_at: withUtcOffset(created),
    updated_at: withUtcOffset(updated),
    published_at: publishedAt === undefined ? null : withUtcOffset(publishedAt),
    ended_at: endedAt === undefined ? null : withUtcOffset(endedAt),
  }),
  relationships: ({ formId }) => ({ form: { type: 'form', id: formId } }),
});
