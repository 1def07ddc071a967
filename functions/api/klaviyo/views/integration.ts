import * as v from 'valibot';
import type { Integration } from '../../../domains/integrations/records/integration.ts';
import { SourceName } from '../../../domains/integrations/source/names.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import type { RequestContext } from '../../../platform/http/context.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const integrationView = defineView({
  type: 'integration',
  path: '/api/integrations',
  entries: {
    name: v.string(),
    source: SourceName,
    hook_url: v.string(),
    enabled: v.boolean(),
    has_secret: v.boolean(),
    created_at: v.string(),
    updated_at: v.string(),
  },
  attributes: (
    { id, name, source, enabled, hasSecret, created, updated }: Integration,
    { origin }: Pick<RequestContext, 'origin'>,
  ) => ({
    name,
    source,
    hook_url: `${origin}/hooks/${id}`,
    enabled,
    has_secret: hasSecret,
    created_at: withUtcOffset(created),
    updated_at: withUtcOffset(updated),
  }),
});
