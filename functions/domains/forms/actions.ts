import { hash } from 'node:crypto';
import * as v from 'valibot';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { retryOnContention } from '../../platform/retry.ts';
import { create, put, remove, update, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { checkLists, listProblems } from '../lists/actions.ts';
import { ListId } from '../lists/list.ts';
import { FormId } from './definition/actions.ts';
import { referencesIn, versionIn } from './definition/references.ts';
import { sizeOf, sizeProblems } from './definition/size.ts';
import type { StoredVersion } from './definition/stored.ts';
import { toStored } from './definition/to-stored.ts';
import type { Version } from './definition/version.ts';
import type { Form, FormVersion } from './records/form.ts';
import { formContents, formCounts, formStore, forms, formVersions, MAX_FORMS } from './records/store.ts';

type ReadDeps = Pick<Context, 'account' | 'table'>;
type Deps = ReadDeps & Pick<Context, 'now' | 'newId' | 'caller' | 'accountSettings'>;

/** A version with its content. */
export interface VersionWithContent extends FormVersion {
  readonly content: StoredVersion;
}

/** A form with its live and draft versions. */
export interface FormWithVersions extends Form {
  readonly versions: readonly VersionWithContent[];
}

export const TRIES = 8;

/** An integer, as Klaviyo's version ids are: 52 bits, so that JavaScript can represent it. */
export const versionIdOf = (id: string): string => String(Number.parseInt(hash('sha256', id).slice(0, 13), 16));

export const getForm = async (id: string, context: ReadDeps): Promise<FormWithVersions> =>
  withVersions(await formStore.get(id, context), context);

export const readAllForms = (context: ReadDeps): Promise<Form[]> => formStore.all(context);

export const withVersions = async (form: Form, { account, table }: ReadDeps): Promise<FormWithVersions> => {
  const ids = [form.live, form.draft].flatMap((id) => (id === undefined ? [] : [{ account, id }]));
  const [versions, contents] = await Promise.all([table.getMany(formVersions, ids), table.getMany(formContents, ids)]);
  return {
    ...form,
    versions: versions.flatMap((version, i) => {
      const content = contents[i]?.content;
      return version && content ? [{ ...version, content }] : [];
    }),
  };
};

/** @throws ApiError `invalid` with a problem for each unknown list or form, or for a version that is too large */
const prepare = async (version: Version, context: Deps): Promise<{ content: StoredVersion; bytes: number }> => {
  const content = await toStored(version);
  const bytes = Buffer.byteLength(JSON.stringify(content));
  const references = referencesIn(version);
  const problems: Problem[] = [
    ...(await listProblems(references.lists, context)),
    ...(await unknownForms(references.forms, context)),
  ];
  problems.push(...sizeProblems(bytes));
  if (problems.length > 0) throw new ApiError('invalid', problems);
  return { content, bytes };
};

/** Unknown lists and forms that a document names, and its size, whatever else is wrong with it. */
export const findProblems = async (document: unknown, context: Deps): Promise<readonly Problem[]> => {
  const version = versionIn(document);
  const { lists, forms } = referencesIn(version);
  const { problems } = await checkLists(
    lists.filter(({ id }) => v.is(ListId, id)),
    context,
  );
  const validForms = forms.filter(({ id }) => v.is(FormId, id));
  // What is kept is no smaller than what was sent.
  const bytes = sizeOf(version);
  return [...problems, ...(await unknownForms(validForms, context)), ...sizeProblems(bytes)];
};

const unknownForms = async (
  references: readonly { readonly id: string; readonly pointer: string }[],
  context: ReadDeps,
): Promise<Problem[]> => {
  const existing = await formStore.findMany(
    references.map(({ id }) => id),
    context,
  );
  return references.flatMap(({ id, pointer }) =>
    existing.has(id) ? [] : [{ detail: `There is no form '${id}'.`, source: { pointer } }],
  );
};

export const createForm = async (
  { name, version }: { readonly name: string; readonly version: Version },
  context: Deps,
): Promise<FormWithVersions> => {
  const prepared = await prepare(version, context);
  const { account, table, newId } = context;
  return retryOnContention(
    async () => {
      const at = context.now().toISOString();
      const draft = draftOf(prepared, { formId: newId(), at }, context);
      const form: Form = { account, id: draft.formId, name, created: at, updated: at, draft: draft.id, published: [] };
      const result = await table.transact([countWrite(account), create(forms, form), ...draftWrites(draft)]);
      if (result.done) return { ...form, versions: [draft] };
      if (result.failures[0]) throw tooManyFormsError();
      return undefined;
    },
    { tries: TRIES, what: 'the forms' },
  );
};

const countWrite = (account: string): Write =>
  update(
    formCounts,
    { account },
    {
      upsert: true,
      set: { account },
      add: { count: 1 },
      condition: {
        any: [
          { attribute: 'count', is: 'missing' },
          { attribute: 'count', is: '<', value: MAX_FORMS },
        ],
      },
    },
  );

const tooManyFormsError = (): ApiError =>
  new ApiError('invalid', {
    detail: `The account has ${MAX_FORMS} forms, the maximum. Delete forms that are not needed.`,
  });

type Prepared = Awaited<ReturnType<typeof prepare>>;

const draftOf = (
  { content, bytes }: Prepared,
  { formId, at }: { readonly formId: string; readonly at: string },
  { account, newId }: Pick<Deps, 'account' | 'newId'>,
): VersionWithContent => ({
  account,
  id: versionIdOf(newId()),
  formId,
  formType: content.type,
  ...(content.name && { name: content.name }),
  status: 'draft',
  created: at,
  updated: at,
  bytes,
  content,
});

const draftWrites = ({ content, ...version }: VersionWithContent): Write[] => [
  create(formVersions, version),
  create(formContents, { account: version.account, id: version.id, content }),
];

/** Changes the name, and replaces the draft: the live version stays as it is until the form is published. */
export const changeForm = async (
  id: string,
  { name, version }: { readonly name?: string; readonly version?: Version },
  context: Deps,
): Promise<FormWithVersions> => {
  const prepared = version && (await prepare(version, context));
  const { table } = context;
  await retryOnContention(
    async () => {
      const form = await formStore.get(id, context);
      const at = context.now().toISOString();
      const set = { updated: at, ...(name !== undefined && { name }) };
      const draft = prepared && draftOf(prepared, { formId: id, at }, context);
      const isUnchanged = sameDraft(form);
      if (!draft) return (await table.write(update(forms, form, { set, condition: isUnchanged }))).done || undefined;
      const writes = form.draft === undefined ? draftWrites(draft) : replaceDraft(form.draft, draft);
      const draftId = form.draft ?? draft.id;
      const result = await table.transact([
        update(forms, form, { set: { ...set, draft: draftId }, condition: isUnchanged }),
        ...writes,
      ]);
      return result.done || undefined;
    },
    { tries: TRIES, what: 'this form' },
  );
  return getForm(id, context);
};

/** Whether the form still has the same draft and live version. */
export const sameDraft = ({ draft, live }: Form) => ({
  all: [
    'present' as const,
    ...(['draft', 'live'] as const).map((attribute) => {
      const value = attribute === 'draft' ? draft : live;
      return value === undefined ? ({ attribute, is: 'missing' } as const) : ({ attribute, is: '=', value } as const);
    }),
  ],
});

const replaceDraft = (
  id: string,
  { account, content, bytes, formType, name, updated }: VersionWithContent,
): Write[] => [
  update(
    formVersions,
    { account, id },
    {
      set: { bytes, formType, updated, ...(name !== undefined && { name }) },
      remove: name === undefined ? ['name'] : [],
      condition: { attribute: 'status', is: '=', value: 'draft' },
    },
  ),
  put(formContents, { account, id, content }),
];

/**
 * Removes a form and its draft. Published versions stay, since evidence of consent refers to them: they can be read by
 * their ids.
 */
export const deleteForm = async (id: string, context: Pick<Deps, 'account' | 'table' | 'now'>): Promise<void> => {
  const { account, table } = context;
  await retryOnContention(
    async () => {
      const form = await formStore.get(id, context);
      const result = await table.transact([
        remove(forms, form, sameDraft(form)),
        update(formCounts, { account }, { add: { count: -1 } }),
        ...(form.draft === undefined ? [] : removeDraft({ account, id: form.draft })),
        ...(form.live === undefined ? [] : [endVersion({ account, id: form.live }, context.now())]),
      ]);
      return result.done || undefined;
    },
    { tries: TRIES, what: 'this form' },
  );
};

const removeDraft = (id: Pick<FormVersion, 'account' | 'id'>): Write[] => [
  remove(formVersions, id),
  remove(formContents, id),
];

/** Ends a live version. */
export const endVersion = (id: Pick<FormVersion, 'account' | 'id'>, at: Date): Write =>
  update(formVersions, id, { set: { status: 'ended', endedAt: at.toISOString() } });
