import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { requiredText } from '../../../domains/forms/definition/values.ts';
import { publishForm, unpublishForm } from '../../../domains/forms/publish.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { documentSchema, linkTo, resource } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';

const JobView = v.partial(v.object({ status: v.literal('complete'), created_at: v.string() }));

const bodyOf = <const Type extends string>(type: Type) =>
  v.object({
    data: v.object({
      type: v.literal(type),
      relationships: v.object({
        form: v.object({ data: v.object({ type: v.literal('form'), id: requiredText(64) }) }),
      }),
    }),
  });

const describe = (type: string, path: string) =>
  ({
    method: 'POST',
    path,
    scope: 'forms:write',
    status: 201,
    reading: { fields: { [type]: JobView } },
    result: documentSchema(type, JobView),
    errors: ['not_found'],
  }) as const;

/** The job is complete when it is answered. It is not stored and has no URL of its own. */
const jobDocument = (
  { type, path, form }: { readonly type: string; readonly path: string; readonly form: string },
  fields: Readonly<Record<string, readonly string[]>>,
  context: Context,
) => {
  const attributes = { status: 'complete', created_at: withUtcOffset(context.now().toISOString()) };
  const links = { self: linkTo(context.origin, path) };
  const data = resource(
    {
      type,
      id: context.newId(),
      path,
      attributes,
      relationships: { form: { type: 'form', id: form } },
      relationshipLinks: { form: 'nowhere' },
    },
    context,
    fields,
  );
  return { data: { ...data, links }, links };
};

const PUBLISH = { type: 'form-publish-job', path: '/api/form-publish-jobs' };

const publishFormRoute = route({
  ...describe(PUBLISH.type, PUBLISH.path),
  summary: 'Publish the draft of a form',
  description:
    'Visitors see the draft within a minute, and no longer the version that was live before: it stays readable by its id. A form that is live and has no draft stays as it is.',
  body: bodyOf('form-publish-job'),

  async handle({ body, selection }, context) {
    const form = body.data.relationships.form.data.id;
    await publishForm(form, context);
    return jobDocument({ ...PUBLISH, form }, selection.fields, context);
  },
});

const UNPUBLISH = { type: 'form-unpublish-job', path: '/api/form-unpublish-jobs' };

const unpublishFormRoute = route({
  ...describe(UNPUBLISH.type, UNPUBLISH.path),
  summary: 'Unpublish a form',
  description:
    'Visitors no longer see the form, within a minute. Its version stays readable by its id. The form has a draft then: its own, or one with the content of that version.',
  body: bodyOf('form-unpublish-job'),

  async handle({ body, selection }, context) {
    const form = body.data.relationships.form.data.id;
    await unpublishForm(form, context);
    return jobDocument({ ...UNPUBLISH, form }, selection.fields, context);
  },
});

export const routes = { publishForm: publishFormRoute, unpublishForm: unpublishFormRoute };
