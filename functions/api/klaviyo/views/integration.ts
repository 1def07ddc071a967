import * as v from 'valibot';
import type { Integration } from '../../../domains/integrations/records/integration.ts';
import { GenericSettings } from '../../../domains/integrations/source/generic-settings.ts';
import { SourceName } from '../../../domains/integrations/source/names.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import type { RequestContext } from '../../../platform/http/context.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

const { signature, topicHeader, deliveryHeader, mapping } = GenericSettings.entries;

/** How an unknown system signs, and what its payloads mean. */
export const GenericBody = v.object({
  signature,
  topic_header: v.nullish(topicHeader.wrapped),
  delivery_header: v.nullish(deliveryHeader.wrapped),
  mapping,
});
export type GenericBody = v.InferOutput<typeof GenericBody>;

export const integrationView = defineView({
  type: 'integration',
  path: '/api/integrations',
  entries: {
    name: v.string(),
    source: SourceName,
    hook_url: v.string(),
    enabled: v.boolean(),
    has_secret: v.boolean(),
    has_api_token: v.boolean(),
    generic: v.nullable(GenericBody),
    created_at: v.string(),
    updated_at: v.string(),
  },
  attributes: (
    { id, name, source, enabled, hasSecret, hasApiToken = false, generic, created, updated }: Integration,
    { origin }: Pick<RequestContext, 'origin'>,
  ) => ({
    name,
    source,
    hook_url: `${origin}/hooks/${id}`,
    enabled,
    has_secret: hasSecret,
    has_api_token: hasApiToken,
    generic: generic
      ? {
          signature: generic.signature,
          topic_header: generic.topicHeader ?? null,
          delivery_header: generic.deliveryHeader ?? null,
          mapping: generic.mapping,
        }
      : null,
    created_at: withUtcOffset(created),
    updated_at: withUtcOffset(updated),
  }),
});
