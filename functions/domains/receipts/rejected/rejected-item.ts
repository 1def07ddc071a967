import * as v from 'valibot';

/** How long a rejected item is kept. */
export const KEPT_DAYS = 14;

const Caller = v.variant('kind', [
  v.object({
    kind: v.literal('key'),
    keyId: v.string(),
    lastFour: v.string(),
    scopes: v.pipe(v.array(v.string()), v.readonly()),
  }),
  v.object({ kind: v.literal('integration'), integrationId: v.string() }),
  v.object({ kind: v.literal('public') }),
  v.object({ kind: v.literal('nobody') }),
]);

const Reason = v.object({ detail: v.string(), pointer: v.optional(v.string()) });
export type Reason = v.InferOutput<typeof Reason>;

/** Why the payload is absent: the account has kept enough in this minute, it is too large, or it names an erased person. */
export const omissions = ['limit', 'size', 'erased'] as const;

/** Input that was refused. Its type is in `handler`, since the table keeps the type of the item as `type`. */
export const RejectedItem = v.object({
  account: v.string(),
  id: v.string(),
  /** Where it came from, as receipts have it. */
  source: v.string(),
  /** Which replay handler can process it. */
  handler: v.string(),
  /** The route, call, topic or message kind, for people. */
  what: v.string(),
  receivedAt: v.string(),
  code: v.string(),
  reasons: v.array(Reason),
  metric: v.optional(v.string()),
  /** How many items of a request it stands for. @default 1 */
  count: v.optional(v.number()),
  /** Compressed. */
  payload: v.optional(v.string()),
  payloadBytes: v.optional(v.number()),
  omission: v.optional(v.picklist(omissions)),
  /** With whose rights it came. A replay has the same. */
  caller: Caller,
  /** The job that it belongs to. */
  job: v.optional(v.string()),
  /** The last replay. */
  replayedAt: v.optional(v.string()),
  /** What became of it by a replay. Absent: it is still rejected. */
  outcome: v.optional(v.string()),
  replays: v.optional(v.number()),
  expiresAt: v.number(),
});
export type RejectedItem = v.InferOutput<typeof RejectedItem>;
