import type { SQSEvent } from 'aws-lambda';
import { jobId } from '../../functions/domains/imports/jobs/job.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { imports } from '../../functions/services/imports.ts';
import { BUCKET } from './cloud/start.ts';

/**
 * Imports what lies at a key, from the notice of it to the end, as the function does that the queue starts. Two files
 * of one etag are taken for the same content.
 */
export const runImport = (key: string, services: Services, etag = ETAG): Promise<void> =>
  work(imports, [notice(key, etag)], services);

/** Does what these messages to a domain ask for, and those that come of them. */
export const work = async (
  service: ServiceDeclaration,
  first: readonly string[],
  services: Services,
): Promise<void> => {
  const messages = [...first];
  const queue = { send: async (message: object) => void messages.push(JSON.stringify(message)) };
  const handler = serveQueue(service, () => ({ ...services, queue: () => queue }));
  for (let body = messages.shift(); body; body = messages.shift()) {
    const { batchItemFailures } = await handler({ Records: [{ messageId: '1', body }] } as SQSEvent, {
      getRemainingTimeInMillis: () => 900_000,
    });
    if (batchItemFailures.length > 0) throw new Error(`${service.name} did not do ${body}.`);
  }
};

/** Of the import of what lies at a key. */
export const jobOf = (key: string, etag = ETAG): string => jobId(BUCKET, key, etag);

const ETAG = 'file';

const notice = (key: string, etag: string): string =>
  JSON.stringify({
    'detail-type': 'Object Created',
    detail: { bucket: { name: BUCKET }, object: { key, size: 1, etag } },
  });
