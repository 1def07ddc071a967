import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { requiredText } from '../../../domains/forms/definition/values.ts';
import { publishForm, unpublishForm } from '../../../domains/forms/publish.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { documentSchema, linkTo, resource } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { recordByKey } from '../resource.ts';

const JobView = v.partial(v.object({ status: v.literal('complete'), created_at: v.string() }));

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

interface Job<Type extends string> {
  readonly type: Type;
  /** As the audit log has it. */
  readonly action: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly run: (form: string, context: Context) => Promise<unknown>;
}

/** The endpoint of a job that names a form and is carried out before the response. */
const jobRoute = <const Type extends string>({ type, action, path, summary, description, run }: Job<Type>) =>
  route({
    method: 'POST',
    path,
    summary,
    description,
    scope: 'forms:write',
    status: 201,
    reading: { fields: { [type]: JobView } },
    body: v.object({
      data: v.object({
        type: v.literal(type),
        relationships: v.object({
          form: v.object({ data: v.object({ type: v.literal('form'), id: requiredText(64) }) }),
        }),
      }),
    }),
    result: documentSchema(type, JobView),
    errors: ['not_found'],

    async handle({ body, selection }, context) {
      const form = body.data.relationships.form.data.id;
      await recordByKey({ action, type: 'form', id: form, run: () => run(form, context), after: () => ({}) }, context);
      return jobDocument({ type, path, form }, selection.fields, context);
    },
  });

export const routes = {
  publishForm: jobRoute({
    type: 'form-publish-job',
    action: 'publish',
    path: '/api/form-publish-jobs',
    summary: 'Publish the draft of a form',
    description:
      'Visitors see the draft within a minute, and no longer the version that was live before: it stays readable by its id. A form that is live and has no draft stays as it is.',
    run: publishForm,
  }),
  unpublishForm: jobRoute({
    type: 'form-unpublish-job',
    action: 'unpublish',
    path: '/api/form-unpublish-jobs',
    summary: 'Unpublish a form',
    description:
      'Visitors no longer see the form, within a minute. Its version stays readable by its id. The form has a draft then: its own, or one with the content of that version.',
    run: unpublishForm,
  }),
};
