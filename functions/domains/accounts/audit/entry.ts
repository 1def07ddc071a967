import * as v from 'valibot';

/** How long an entry is kept: two years. */
export const KEPT_DAYS = 730;

/** Who made a change: the owner of a key, or an operator by the command line. */
export const Actor = v.variant('kind', [
  v.object({ kind: v.literal('key'), keyId: v.string(), lastFour: v.string() }),
  v.object({ kind: v.literal('operator'), name: v.string() }),
]);
export type Actor = v.InferOutput<typeof Actor>;

/**
 * `started`: the outcome is unknown, since the process ended during the change. `refused`: nothing was changed, for the
 * reason in `error`. `failed`: parts may have been changed.
 */
export const outcomes = ['started', 'done', 'refused', 'failed'] as const;

/** An administrative change of an account: who, what, before and after. */
export const AuditEntry = v.object({
  account: v.string(),
  /** A ULID of the time of the change. */
  id: v.string(),
  at: v.string(),
  actor: Actor,
  /** Such as `create`, `update` or `rotate`. */
  action: v.string(),
  resourceType: v.string(),
  resourceId: v.optional(v.string()),
  outcome: v.picklist(outcomes),
  /** The code of the error. */
  error: v.optional(v.string()),
  /** The changed values as they were, and as they are, as JSON. Secrets are never among them. */
  before: v.optional(v.string()),
  after: v.optional(v.string()),
  expiresAt: v.number(),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;
