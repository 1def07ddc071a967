import { createHash } from 'node:crypto';
import { ApiError } from '../../errors.ts';

/** What a cursor was made for. In another list, order or account it would lead to a page of other things. */
export interface Query {
  readonly account: string;
  /** Path and query of a request. */
  readonly url: string;
}

/** These say how much of each thing is answered, not which things in which order. */
const PARAMETERS = ['filter', 'sort'];

/** No host: only path and query are looked at. */
const ORIGIN = 'http://localhost';

/** As many as the pattern below has. */
const TAG_LENGTH = 8;

/** A cursor that is taken back for the same query alone. */
export const bindCursor = (cursor: string, query: Query): string => `${tagOf(query)}.${cursor}`;

/** The cursor within one that is sent back. */
export const unboundCursor = (text: string, query: Query): string => {
  const [, tag, cursor] = BOUND.exec(text) ?? [];
  if (tag === undefined || cursor === undefined)
    throw wrong('This cursor is not one of ours. Take it from links.next or links.prev of an earlier answer.');
  if (tag !== tagOf(query))
    throw wrong(
      'This cursor is of another query: its path, filter and sort have to stay as they were. Take links.next as it is, or begin without a cursor.',
    );
  return cursor;
};

const BOUND = /^([\w-]{8})\.(.+)$/s;

const tagOf = ({ account, url }: Query): string => {
  const { pathname, searchParams } = new URL(url, ORIGIN);
  const parts = PARAMETERS.map((name) => searchParams.getAll(name).filter(Boolean).join(','));
  const text = JSON.stringify([account, pathname.replace(/\/$/, ''), ...parts]);
  return createHash('sha256').update(text).digest('base64url').slice(0, TAG_LENGTH);
};

const wrong = (detail: string): ApiError => new ApiError('invalid', { detail, source: { parameter: 'page[cursor]' } });
