import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import type { Table } from '../../../platform/table/table.ts';
import type { Context } from '../../accounts/context.ts';
import { emailsOf, idsOf } from '../../profiles/records/profile.ts';
import { getProfile } from '../../profiles/records/resolve.ts';
import { allTopics, type LedgerEntry, type Topic } from '../records/consent.ts';
import { topicName } from '../records/decide.ts';
import { addressLedgerPk, LIST_STREAM, ledger, ledgerPk, listLedger, suppressionLedger } from '../records/store.ts';
import { type SuppressionEntry, suppressionReasons } from '../records/suppression.ts';

type Deps = Pick<Context, 'account' | 'table'>;

export interface LedgerQuery extends Partial<Topic> {
  readonly profileId: string;
  readonly size: number;
  readonly cursor?: string;
}

export type TimelineEntry =
  /** `list`: concerns the messages of one list, and does not change the consent of the channel. */
  | { readonly kind: 'consent' | 'list'; readonly entry: LedgerEntry }
  | { readonly kind: 'suppression'; readonly entry: SuppressionEntry };

export interface LedgerPage {
  /** Newest first. */
  readonly items: readonly TimelineEntry[];
  readonly next?: string;
  readonly prev?: string;
}

/** Reads a page of a person's consent history, with the suppressions of their e-mail addresses. */
export const readLedgerPage = async (query: LedgerQuery, context: Deps): Promise<LedgerPage> => {
  const { account, table } = context;
  const { profileId, size, cursor } = query;
  const profile = await getProfile(profileId, context);
  const own = idsOf(profile).map((id) => ledgerPk(account, id));
  const topics = allTopics.filter(
    ({ channel, type }) => (query.channel ?? channel) === channel && (query.type ?? type) === type,
  );
  const isAboutEmail = topics.some(({ channel, type }) => channel === 'email' && type === 'marketing');
  const streams: Stream[] = [
    ...own.flatMap((pk) => topics.map((topic) => ({ pk, prefix: `${topicName(topic)}#` }))),
    ...(topics.length === allTopics.length ? own.map((pk) => ({ pk, prefix: `${LIST_STREAM}#` })) : []),
    ...(isAboutEmail ? emailsOf(profile) : []).flatMap((value) =>
      suppressionReasons.map((reason) => ({
        pk: addressLedgerPk(account, { kind: 'email', value }),
        prefix: `${reason}#`,
      })),
    ),
  ];
  const { items, ...cursors } = await listPage(streamsAsPartitions(table, streams), {
    partitions: streams.map((_, i) => String(i)),
    descending: true,
    size,
    ...(cursor !== undefined && { cursor }),
  });
  return { items: items.map(toTimelineEntry), ...cursors };
};

interface Stream {
  readonly pk: string;
  readonly prefix: string;
}

/**
 * Presents streams, which are sorted by time under different prefixes, as partitions, so that they can be listed as
 * one.
 */
const streamsAsPartitions = (table: Table, streams: readonly Stream[]): Pick<Table, 'query'> => ({
  async query({ pk: index, before, after, ...range }) {
    const stream = streams[Number(index)];
    if (!stream) return [];
    const { pk, prefix } = stream;
    const items = await table.query({
      ...range,
      pk,
      prefix,
      ...(before !== undefined && { before: prefix + before }),
      ...(after !== undefined && { after: prefix + after }),
    });
    return items.map((item) => ({ ...item, [definition.sk]: String(item[definition.sk]).slice(prefix.length) }));
  },
});

const toTimelineEntry = (item: Item): TimelineEntry => {
  if (item.type === suppressionLedger.type) return { kind: 'suppression', entry: suppressionLedger.fromItem(item) };
  return { kind: item.type === listLedger.type ? 'list' : 'consent', entry: ledger.fromItem(item) };
};
