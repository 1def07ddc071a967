import { ApiError } from '../../platform/errors.ts';
import { retryOnContention } from '../../platform/retry.ts';
import { create, update, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { endVersion, readAllForms, sameDraft, TRIES, versionIdOf } from './actions.ts';
import type { Form, FormVersion } from './records/form.ts';
import { formContents, formStore, forms, formVersions } from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Each visitor of the shop loads all live forms. */
const MAX_LIVE_BYTES = 2 * 1024 * 1024;
/** The form lists them, and its item has a limit. */
const MAX_PUBLISHED = 500;
const POINTER = '/data/relationships/form/data/id';

/** Makes the draft live, and ends the version that was live before. A form without a draft that is live stays so. */
export const publishForm = (id: string, context: Deps): Promise<void> =>
  changeLive(id, context, async (form, at) => {
    if (form.draft === undefined) return undefined;
    if (form.published.length >= MAX_PUBLISHED)
      throw invalid(`The form was published ${MAX_PUBLISHED} times, the maximum. Make a new form.`);
    const draft = { account: form.account, id: form.draft };
    await checkLiveBytes(form, context);
    const publishedAt = at.toISOString();
    return [
      update(forms, form, {
        set: { live: form.draft, published: [...form.published, form.draft], updated: publishedAt },
        remove: ['draft'],
        condition: sameDraft(form),
      }),
      update(formVersions, draft, {
        set: { status: 'live', publishedAt },
        condition: { attribute: 'status', is: '=', value: 'draft' },
      }),
      ...(form.live === undefined ? [] : [endVersion({ account: form.account, id: form.live }, at)]),
    ];
  });

/**
 * Hides the form from visitors. The version ends, since people may have submitted it; the form gets a draft with the
 * same content, unless it has one, so that it can be changed and published again.
 */
export const unpublishForm = (id: string, context: Deps): Promise<void> =>
  changeLive(id, context, async (form, at) => {
    if (form.live === undefined) return undefined;
    const live = { account: form.account, id: form.live };
    const copy = form.draft === undefined ? await copyAsDraft(live, at, context) : undefined;
    return [
      update(forms, form, {
        set: { updated: at.toISOString(), ...(copy && { draft: copy.id }) },
        remove: ['live'],
        condition: sameDraft(form),
      }),
      endVersion(live, at),
      ...(copy?.writes ?? []),
    ];
  });

const changeLive = async (
  id: string,
  context: Deps,
  writesOf: (form: Form, at: Date) => Promise<Write[] | undefined>,
): Promise<void> => {
  const getForm = async (): Promise<Form> => {
    try {
      return await formStore.get(id, context);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
      throw new ApiError('not_found', { detail: error.problems[0]?.detail ?? '', source: { pointer: POINTER } });
    }
  };
  await retryOnContention(
    async () => {
      const writes = await writesOf(await getForm(), context.now());
      if (!writes) return true;
      return (await context.table.transact(writes)).done || undefined;
    },
    { tries: TRIES, what: 'this form' },
  );
};

const invalid = (detail: string): ApiError => new ApiError('invalid', { detail, source: { pointer: POINTER } });

/** Approximate where several forms are published at once. */
const checkLiveBytes = async (form: Form, context: Deps): Promise<void> => {
  const { account, table } = context;
  const others = (await readAllForms(context)).filter(({ id }) => id !== form.id);
  const ids = [form.draft, ...others.map(({ live }) => live)].flatMap((id) =>
    id === undefined ? [] : [{ account, id }],
  );
  const versions = await table.getMany(formVersions, ids);
  const bytes = versions.reduce((sum, version) => sum + (version?.bytes ?? 0), 0);
  if (bytes > MAX_LIVE_BYTES)
    throw invalid(
      `All live forms would have ${bytes} bytes together; at most ${MAX_LIVE_BYTES} are sent to visitors. Unpublish forms that are not needed.`,
    );
};

const copyAsDraft = async (
  live: Pick<FormVersion, 'account' | 'id'>,
  at: Date,
  { table, newId }: Deps,
): Promise<{ readonly id: string; readonly writes: Write[] } | undefined> => {
  const [version, content] = await Promise.all([table.get(formVersions, live), table.get(formContents, live)]);
  if (!version || !content) return undefined;
  const { publishedAt: _, endedAt: __, ...rest } = version;
  const id = versionIdOf(newId());
  const time = at.toISOString();
  return {
    id,
    writes: [
      create(formVersions, { ...rest, id, status: 'draft', created: time, updated: time }),
      create(formContents, { ...content, id }),
    ],
  };
};
