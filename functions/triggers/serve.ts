import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as v from 'valibot';
import { fromEnvironment, type Services } from '../context.ts';
import type { Domain } from '../domain.ts';
import { describe } from '../log.ts';
import type { Deadline, MessageTrigger, UploadedObject, UploadTrigger } from './trigger.ts';

/** What EventBridge tells of a new object. Fields: docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const ObjectCreated = v.object({
  'detail-type': v.literal('Object Created'),
  detail: v.object({
    bucket: v.object({ name: v.string() }),
    object: v.object({
      key: v.string(),
      size: v.optional(v.number(), 0),
      etag: v.optional(v.string(), ''),
      'version-id': v.optional(v.string()),
    }),
  }),
});
const Own = v.looseObject({ kind: v.string() });

/**
 * A domain's queue brings what was uploaded and what the domain told itself. A message whose work throws is reported
 * alone: it comes again, and after some tries goes to the dead letters, while its neighbours are done.
 */
export const serveQueue = (domain: Domain, services: () => Services = fromEnvironment) => {
  const uploads = domain.triggers.filter((trigger) => trigger.on === 'upload');
  const messages = domain.triggers.filter((trigger) => trigger.on === 'message');

  return async (
    { Records }: SQSEvent,
    context: Pick<LambdaContext, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const given = services();
    const deadline: Deadline = { remainingMs: () => context.getRemainingTimeInMillis() };
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      try {
        await dispatch(JSON.parse(body), { uploads, messages }, given, deadline);
      } catch (error) {
        given.log.error('message failed', { domain: domain.name, messageId, ...describe(error) });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
};

const dispatch = async (
  body: unknown,
  { uploads, messages }: { readonly uploads: readonly UploadTrigger[]; readonly messages: readonly MessageTrigger[] },
  services: Services,
  deadline: Deadline,
): Promise<void> => {
  const created = v.safeParse(ObjectCreated, body);
  if (created.success) {
    const object = uploaded(created.output);
    const matching = uploads.filter(
      ({ prefix, suffix }) => object.key.startsWith(prefix) && object.key.toLowerCase().endsWith(suffix.toLowerCase()),
    );
    for (const trigger of matching) await trigger.handle(object, services, deadline);
    return;
  }
  const { kind, ...message } = v.parse(Own, body);
  const trigger = messages.find((candidate) => candidate.kind === kind);
  if (!trigger) throw new Error(`No trigger takes messages of kind ${kind}.`);
  await trigger.handle(message, services, deadline);
};

const uploaded = ({ detail: { bucket, object } }: v.InferOutput<typeof ObjectCreated>): UploadedObject => ({
  bucket: bucket.name,
  key: object.key,
  etag: object.etag,
  size: object.size,
  ...(object['version-id'] && { versionId: object['version-id'] }),
});
