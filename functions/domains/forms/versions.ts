import { ApiError } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import type { StoredVersion } from './definition/stored.ts';
import type { Form, FormVersion } from './records/form.ts';
import { formContents, formStore, formVersions } from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** @throws ApiError `not_found` */
export const getVersion = async (id: string, { account, table }: Deps): Promise<FormVersion> => {
  const version = await table.get(formVersions, { account, id });
  if (!version) throw new ApiError('not_found', { detail: `There is no form version ${id.slice(0, 64)}.` });
  return version;
};

export const readContent = async (id: string, { account, table }: Deps): Promise<StoredVersion | undefined> =>
  (await table.get(formContents, { account, id }))?.content;

/** All versions of a form, oldest first: those that were published, and the draft. */
export const readVersions = async (
  { published, draft }: Pick<Form, 'published' | 'draft'>,
  { account, table }: Deps,
): Promise<FormVersion[]> => {
  const ids = [...published, ...(draft === undefined ? [] : [draft])];
  const versions = await table.getMany(
    formVersions,
    ids.map((id) => ({ account, id })),
  );
  return versions.filter((one) => one !== undefined);
};

/** The forms of versions, by the ids of the versions. A deleted form is missing. */
export const readFormsOfVersions = async (
  versions: readonly FormVersion[],
  context: Deps,
): Promise<ReadonlyMap<string, Form>> => {
  const found = await formStore.findMany(
    versions.map(({ formId }) => formId),
    context,
  );
  return new Map(
    versions.flatMap(({ id, formId }) => {
      const form = found.get(formId);
      return form ? [[id, form] as const] : [];
    }),
  );
};
