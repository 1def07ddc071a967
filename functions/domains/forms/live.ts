import { openCache } from '../../platform/cache.ts';
import type { Context } from '../accounts/context.ts';
import type { StoredVersion } from './definition/stored.ts';
import type { Form } from './records/form.ts';
import { formContents, formStore, forms, formVersions } from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** A version that visitors see, or saw when they opened their page. */
export interface ShownVersion {
  readonly form: Form;
  readonly version: string;
  readonly content: StoredVersion;
}

/** A published form reaches visitors within this time. */
const FORMS_TTL_MS = 30_000;
const YEAR_MS = 365 * 86_400_000;

/** The parts of this process's memory that hold forms. */
export const openLiveForms = () => {
  const liveForms = openCache<readonly Form[]>({ ttlMs: FORMS_TTL_MS, maxEntries: 200 });
  const singleForms = openCache<Form | undefined>({ ttlMs: FORMS_TTL_MS, maxEntries: 1_000 });
  // Published versions never change.
  const contents = openCache<StoredVersion | undefined>({
    ttlMs: YEAR_MS,
    maxEntries: 100,
    isCacheable: (content) => content !== undefined,
  });

  const readContent = ({ account, table, now }: Deps, formId: string, id: string): Promise<StoredVersion | undefined> =>
    contents.get(`${account} ${formId} ${id}`, now(), async () => {
      const [version, stored] = await Promise.all([
        table.get(formVersions, { account, id }, { eventual: true }),
        table.get(formContents, { account, id }, { eventual: true }),
      ]);
      return version?.formId === formId && version.publishedAt !== undefined ? stored?.content : undefined;
    });

  const readLiveForms = (context: Deps): Promise<readonly Form[]> =>
    liveForms.get(context.account, context.now(), async () =>
      (await formStore.all(context)).filter((form) => form.live !== undefined),
    );

  return {
    /** Whether the account has a live form. */
    any: async (context: Deps): Promise<boolean> => (await readLiveForms(context)).length > 0,

    /** All live forms of the account, oldest first. */
    async all(context: Deps): Promise<ShownVersion[]> {
      const live = await readLiveForms(context);
      const shown: ShownVersion[] = [];
      for (const form of live) {
        const content = await readContent(context, form.id, form.live ?? '');
        if (content) shown.push({ form, version: form.live ?? '', content });
      }
      return shown;
    },

    /** A version of a live form. An earlier one counts as well: a page may have been open when the form was published. */
    async one(
      { formId, version }: { readonly formId: string; readonly version?: string },
      context: Deps,
    ): Promise<ShownVersion | undefined> {
      const { account, table, now } = context;
      const form = await singleForms.get(`${account} ${formId}`, now(), () =>
        table.get(forms, { account, id: formId }, { eventual: true }),
      );
      const id = version ?? form?.live;
      if (form?.live === undefined || id === undefined) return undefined;
      const content = await readContent(context, formId, id);
      return content && { form, version: id, content };
    },
  };
};
