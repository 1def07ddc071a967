import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';
import { serveLocally } from '../../support/servers/serve-locally.ts';

test('ends the transfer of a body that is closed before it is read, or while it is', async () => {
  const closed: Promise<unknown>[] = [];
  const url = await serveLocally((_, response) => {
    closed.push(once(response, 'close'));
    // It never ends.
    response.writeHead(500).write('a');
  });
  const fetchLocally = openFetch({ allowsLoopback: true });
  const { body } = await fetchLocally(url, { totalMs: 60_000 });
  await body[Symbol.asyncIterator]().return?.();
  await closed[0];
  const { body: other } = await fetchLocally(url, { totalMs: 60_000 });
  for await (const piece of other) {
    expect(piece).toHaveLength(1);
    break;
  }
  await closed[1];
});
