import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openServices, type Services } from '../../../functions/platform/resources/services.ts';
import { openLazyPool } from '../../../functions/platform/table/client/transport/lazy-pool.ts';
import type { TransportFactory } from '../../../functions/platform/table/client/transport/transport.ts';

export const BUCKET = 'bucket';

/** Services on the sink at an endpoint. */
export const servicesAt = (endpoint: string, transport: TransportFactory = openLazyPool): Services => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'sink', AWS_SECRET_ACCESS_KEY: 'sink', AWS_REGION: 'us-east-1' });
  return openServices(
    {
      TABLE_NAME: 'sink',
      IMPORTS_BUCKET: BUCKET,
      QUEUE_URL: `${endpoint}/queue`,
      LOG_LEVEL: 'error',
      S3_ADDRESSING: 'path',
    },
    { endpoint, region: 'us-east-1' },
    transport,
  );
};

/** Starts the sink over a folder; what lies in its `bucket` is in the bucket. */
export const startCloud = async (
  folder: string,
  { visibilityMs = 5_000, delayMs = 2 }: { readonly visibilityMs?: number; readonly delayMs?: number } = {},
): Promise<{ readonly endpoint: string; stop(): void }> => {
  const sink = fork(join(import.meta.dirname, 'server.ts'), [folder, String(visibilityMs), String(delayMs)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = await once(sink, 'message');
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => sink.kill() };
};
