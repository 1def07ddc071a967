import * as v from 'valibot';
import { Channel, ConsentType, Status } from '../../consent/records/consent.ts';

/** Where a message's content is read when it is sent. Nothing of a person but ids is stored until then. */
export const Source = v.variant('kind', [
  v.object({ kind: v.literal('event'), time: v.string(), hash: v.string() }),
  v.object({ kind: v.literal('profile') }),
  v.object({ kind: v.literal('merge'), into: v.string() }),
  v.object({ kind: v.literal('deletion') }),
  v.object({
    kind: v.literal('consent'),
    channel: Channel,
    purpose: ConsentType,
    status: Status,
    at: v.string(),
  }),
  v.object({ kind: v.literal('list'), listId: v.string() }),
  v.object({ kind: v.literal('import'), jobId: v.string() }),
]);
export type Source = v.InferOutput<typeof Source>;

export const factTypes = [
  'event.created',
  'profile.created',
  'profile.updated',
  'profile.merged',
  'profile.deleted',
  'consent.changed',
  'list.member_added',
  'list.member_removed',
  'import.finished',
] as const;
export const FactType = v.picklist(factTypes);
export type FactType = v.InferOutput<typeof FactType>;

/** A change that webhooks can report. */
export interface Fact {
  readonly account: string;
  readonly type: FactType;
  /** All topics that cover it. */
  readonly topics: readonly string[];
  readonly profileId?: string;
  readonly source: Source;
}
