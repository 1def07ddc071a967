import * as v from 'valibot';
import { maskText } from '../../../domains/receipts/mask.ts';
import { unpackPayload } from '../../../domains/receipts/rejected/payload.ts';
import { isReplayed } from '../../../domains/receipts/rejected/read.ts';
import { omissions, type RejectedItem } from '../../../domains/receipts/rejected/rejected-item.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const REJECTED_TYPE = 'rejected-item';
export const REJECTED_PATH = '/api/rejected-items';
export const statuses = ['rejected', 'replayed'] as const;

const entries = {
  source: v.string(),
  what: v.string(),
  received_at: v.string(),
  code: v.string(),
  reasons: v.array(v.object({ detail: v.string(), pointer: v.nullable(v.string()) })),
  metric: v.nullable(v.string()),
  /** How many items of a request it stands for. */
  count: v.number(),
  status: v.picklist(statuses),
  replayed_at: v.nullable(v.string()),
  replay_count: v.number(),
  payload_bytes: v.nullable(v.number()),
  /** Why the payload is not kept. */
  payload_omitted: v.nullable(v.picklist(omissions)),
  key_id: v.nullable(v.string()),
  job_id: v.nullable(v.string()),
};

const attributesOf = (item: RejectedItem) => ({
  source: item.source,
  what: item.what,
  received_at: withUtcOffset(item.receivedAt),
  code: item.code,
  reasons: item.reasons.map(({ detail, pointer }) => ({ detail, pointer: pointer ?? null })),
  metric: item.metric ?? null,
  count: item.count ?? 1,
  status: isReplayed(item) ? ('replayed' as const) : ('rejected' as const),
  replayed_at: item.replayedAt === undefined ? null : withUtcOffset(item.replayedAt),
  replay_count: item.replays ?? 0,
  payload_bytes: item.payloadBytes ?? null,
  payload_omitted: item.omission ?? null,
  key_id: item.caller.kind === 'key' ? item.caller.keyId : null,
  job_id: item.job ?? null,
});

/** In lists, the values that reasons quote are masked. */
export const rejectedListView = defineView({
  type: REJECTED_TYPE,
  path: REJECTED_PATH,
  entries,
  attributes: (item: RejectedItem) => {
    const { reasons, ...others } = attributesOf(item);
    return { ...others, reasons: reasons.map((one) => ({ ...one, detail: maskText(one.detail) })) };
  },
});

export const rejectedView = defineView({
  type: REJECTED_TYPE,
  path: REJECTED_PATH,
  entries: { ...entries, payload: v.nullable(v.string()) },
  attributes: (item: RejectedItem) => ({
    ...attributesOf(item),
    payload: item.payload === undefined ? null : unpackPayload(item.payload),
  }),
});
