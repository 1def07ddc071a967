import { expect, test } from 'vitest';
import { replyIfChanged } from '../../../../functions/platform/http/response/if-changed.ts';
import { reply } from '../../../../functions/platform/http/route.ts';

const answer = (ifNoneMatch: string, etag: string) =>
  replyIfChanged({ ifNoneMatch }, { etag, headers: { vary: 'Accept-Encoding' } }, (headers) =>
    reply('text', { headers }),
  );

test.each(['"a"', 'W/"a"', '"x", W/"a"', '"x","a"', ' "a" ', '*'])(
  'a client that knows %s gets no body',
  async (known) => {
    for (const etag of ['"a"', 'W/"a"'])
      expect(await answer(known, etag)).toEqual(
        reply(undefined, { status: 304, headers: { vary: 'Accept-Encoding', etag } }),
      );
  },
);

test.each(['', '"ab"', '"b"', 'a', 'W/"b", "ab"', '"a'])('a client that knows %j gets the text', async (known) => {
  expect(await answer(known, '"a"')).toEqual(reply('text', { headers: { vary: 'Accept-Encoding', etag: '"a"' } }));
});
