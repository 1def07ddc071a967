import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { profiles } from '../../functions/profiles/index.ts';
import type { Files } from '../../functions/storage/files.ts';
import { serveQueue } from '../../functions/triggers/serve.ts';
import { startApp } from '../support/app.ts';
import { profile } from './people.ts';

type Message = Readonly<Record<string, unknown>>;

/** What the domain keeps in its bucket and says to itself, held in memory: tests decide what is delivered, and how often. */
export const startBulk = async () => {
  const objects = new Map<string, string>();
  const messages: { readonly message: Message; readonly delaySeconds: number }[] = [];
  const files: Files = {
    read: async (key) => Readable.from([objects.get(key) ?? '']),
    readText: async (key) => objects.get(key),
    head: async (key) => {
      const text = objects.get(key);
      return text === undefined ? undefined : { size: text.length, etag: createHash('md5').update(text).digest('hex') };
    },
    write: async (key, body) => void objects.set(key, String(body)),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    remove: async (key) => void objects.delete(key),
  };
  const services = {
    imports: () => files,
    queue: () => ({
      send: async (message: Message, delaySeconds = 0) => void messages.push({ message, delaySeconds }),
    }),
  };
  const app = await startApp(profiles, { services });
  const work = serveQueue(profiles, () => app.services);

  /** Delivers a message to a worker that has so much time left at each look on its clock. */
  const deliver = async (message: Message, remainingMs: () => number = () => 900_000) => {
    const record = { messageId: randomUUID(), body: JSON.stringify(message) };
    const { batchItemFailures } = await work({ Records: [record] } as never, { getRemainingTimeInMillis: remainingMs });
    return batchItemFailures.length === 0;
  };
  return {
    ...app,
    objects,
    messages,
    deliver,
    /** Delivers what was sent, and what that sends, until nothing is left. */
    drain: async (remainingMs?: () => number) => {
      let runs = 0;
      for (let next = messages.shift(); next; next = messages.shift(), runs++) await deliver(next.message, remainingMs);
      return runs;
    },
    submit: (people: readonly object[], lists: readonly string[] = []) =>
      app.post('/api/profile-bulk-import-jobs', {
        data: {
          type: 'profile-bulk-import-job',
          attributes: { profiles: { data: people.map((attributes) => profile(attributes).data) } },
          ...(lists.length > 0 && { relationships: { lists: { data: lists.map((id) => ({ type: 'list', id })) } } }),
        },
      }),
  };
};
