import { createHash } from 'node:crypto';
import { ApiError } from '../../errors.ts';

/** The query that a cursor belongs to. In another list, order or account it would lead to wrong items. */
export interface Query {
  readonly account: string;
  /** The path and query of the request. */
  readonly url: string;
}

/** Only these parameters decide which items appear in which order. */
const BOUND_PARAMETERS = ['filter', 'sort'];

/** A placeholder: only path and query matter. */
const ORIGIN = 'http://localhost';

/** Has to match the pattern below. */
const TAG_LENGTH = 8;

/** Binds a cursor to its query. */
export const bindCursor = (cursor: string, query: Query): string => `${tagOf(query)}.${cursor}`;

/** Verifies a bound cursor and returns the original one. */
export const unbindCursor = (text: string, query: Query): string => {
  const [, tag, cursor] = BOUND_CURSOR.exec(text) ?? [];
  if (tag === undefined || cursor === undefined)
    throw cursorError('This cursor is invalid. Take it from links.next or links.prev of an earlier response.');
  if (tag !== tagOf(query))
    throw cursorError(
      'This cursor belongs to another query: path, filter and sort must not change. Use links.next unchanged, or start without a cursor.',
    );
  return cursor;
};

const BOUND_CURSOR = /^([\w-]{8})\.(.+)$/s;

const tagOf = ({ account, url }: Query): string => {
  const { pathname, searchParams } = new URL(url, ORIGIN);
  const parts = BOUND_PARAMETERS.map((name) => searchParams.getAll(name).filter(Boolean).join(','));
  const text = JSON.stringify([account, pathname.replace(/\/$/, ''), ...parts]);
  return createHash('sha256').update(text).digest('base64url').slice(0, TAG_LENGTH);
};

const cursorError = (detail: string): ApiError =>
  new ApiError('invalid', { detail, source: { parameter: 'page[cursor]' } });
