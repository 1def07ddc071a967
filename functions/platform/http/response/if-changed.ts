import { type Reply, reply } from '../route.ts';

/** What a client may keep: its entity tag as the header has it, `"…"` or `W/"…"`, and the other headers. */
interface Cacheable {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Tags are compared without regard to their weakness. `*` is any. Source: RFC 9110, sections 8.8.3.2 and 13.1.2. */
const isKnown = (etag: string, ifNoneMatch: string): boolean => {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((known) => known.trim() === '*' || opaque(known) === opaque(etag));
};

/** 304 where `If-None-Match` names what would be sent; else what `send` makes with the headers. */
export const replyIfChanged = async (
  { ifNoneMatch }: { readonly ifNoneMatch: string },
  { etag, headers }: Cacheable,
  send: (headers: Readonly<Record<string, string>>) => Reply | Promise<Reply>,
): Promise<Reply> => {
  const all = { ...headers, etag };
  return ifNoneMatch !== '' && isKnown(etag, ifNoneMatch) ? reply(undefined, { status: 304, headers: all }) : send(all);
};
