import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';
import { StoredVersion } from '../definition/stored.ts';
import { Form, FormVersion } from './form.ts';

const FORM = 'FORM#';
/** Each visitor loads all live forms; the others are drafts and former campaigns. */
export const MAX_FORMS = 500;

const formsPk = (account: string): string => `A#${account}#FORMS`;

export const forms = entity({
  type: 'form',
  schema: Form,
  key: ({ account, id }: Pick<Form, 'account' | 'id'>) => ({ pk: formsPk(account), sk: `${FORM}${id}` }),
});

export const formCounts = entity({
  type: 'form_count',
  schema: Count,
  key: ({ account }: Pick<Count, 'account'>) => ({ pk: formsPk(account), sk: 'COUNT' }),
});

export const formStore = smallStore({
  entity: forms,
  counts: formCounts,
  pk: formsPk,
  prefix: FORM,
  max: MAX_FORMS,
  noun: { one: 'form', many: 'forms' },
});

type VersionId = Pick<FormVersion, 'account' | 'id'>;
const versionPk = ({ account, id }: VersionId): string => `A#${account}#FORMVERSION#${id}`;

/** A version without its content, which lists of versions do not need. */
export const formVersions = entity({
  type: 'form_version',
  schema: FormVersion,
  key: (id: VersionId) => ({ pk: versionPk(id), sk: 'VERSION' }),
});

const FormContent = v.object({ account: v.string(), id: v.string(), content: StoredVersion });

/** The content of a version. Evidence of consent refers to it: once published it is neither changed nor removed. */
export const formContents = entity({
  type: 'form_content',
  schema: FormContent,
  key: (id: VersionId) => ({ pk: versionPk(id), sk: 'CONTENT' }),
  json: ['content'],
});
