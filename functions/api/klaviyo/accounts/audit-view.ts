import * as v from 'valibot';
import { type AuditEntry, outcomes } from '../../../domains/accounts/audit/entry.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

const Values = v.nullable(v.record(v.string(), v.unknown()));

const valuesOf = (text: string | undefined): Record<string, unknown> | null =>
  text === undefined ? null : JSON.parse(text);

export const auditEntryView = defineView({
  type: 'audit-entry',
  path: '/api/audit-entries',
  entries: {
    at: v.string(),
    actor: v.object({ type: v.picklist(['key', 'operator']), id: v.string(), last_four: v.nullable(v.string()) }),
    action: v.string(),
    resource_type: v.string(),
    resource_id: v.nullable(v.string()),
    outcome: v.picklist(outcomes),
    error: v.nullable(v.string()),
    before: Values,
    after: Values,
  },
  attributes: ({ at, actor, action, resourceType, resourceId, outcome, error, before, after }: AuditEntry) => ({
    at: withUtcOffset(at),
    actor:
      actor.kind === 'key'
        ? { type: actor.kind, id: actor.keyId, last_four: actor.lastFour }
        : { type: actor.kind, id: actor.name, last_four: null },
    action,
    resource_type: resourceType,
    resource_id: resourceId ?? null,
    outcome,
    error: error ?? null,
    before: valuesOf(before),
    after: valuesOf(after),
  }),
});
