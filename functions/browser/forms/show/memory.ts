import type { Store } from '../../shared/store.ts';

/** What this browser did with a form, by time. */
interface Past {
  readonly closed?: number;
  readonly submitted?: number;
  readonly teaserClosed?: number;
}

/** Kept where the visitor consented, else until the page ends. */
export const openMemory = (stores: { readonly local: Store; readonly session: Store }) => {
  const read = (formId: string): Past => {
    try {
      return JSON.parse(stores.local.get(`f:${formId}`) ?? '{}');
    } catch {
      return {};
    }
  };
  return {
    read,
    note: (formId: string, what: keyof Past): void => {
      stores.local.set(`f:${formId}`, JSON.stringify({ ...read(formId), [what]: Date.now() }));
    },
    /** A list that the visitor joined in this browser: more is not known here. */
    join: (listId: string): void => void stores.local.set(`l:${listId}`, '1'),
    hasJoined: (listId: string): boolean => stores.local.get(`l:${listId}`) !== undefined,
    /** The number of pages of this visit. */
    pages: (): number => Number(stores.session.get('pages') ?? 0),
    countPage: (): void => {
      stores.session.set('pages', String(Number(stores.session.get('pages') ?? 0) + 1));
    },
  };
};

export type Memory = ReturnType<typeof openMemory>;
