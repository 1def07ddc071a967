import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

type Item = Readonly<Record<string, unknown>>;

/**
 * Every item that customers' data is stored as, one a line, in an order of their own: ids that are drawn by chance are
 * replaced by whose they are, times of this run by a word. Tables that say the same give the same text.
 */
export const dump = async (client: DynamoDBClient, TableName: string): Promise<string> => {
  const documents = DynamoDBDocumentClient.from(client);
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await documents.send(new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);

  const owners = new Map(
    items
      .filter(({ type }) => type === 'profile')
      .map(({ id, email, external_id, phone_number }) => [String(id), `<${email ?? external_id ?? phone_number}>`]),
  );
  return summed(items)
    .filter(({ type }) => !BOOKKEEPING.test(String(type)))
    .map((item) => lineOf(item, owners))
    .sort()
    .join('\n');
};

/** Which shard something is counted in follows from an id that is drawn: of such counts the sum is compared. */
const summed = (items: readonly Item[]): Item[] => {
  const sums = new Map<string, number>();
  for (const { listId, shard, count } of items) {
    if (typeof shard === 'number') sums.set(String(listId), (sums.get(String(listId)) ?? 0) + Number(count));
  }
  return [
    ...items.filter(({ shard }) => typeof shard !== 'number'),
    ...[...sums].map(([listId, count]) => ({ listId, count })),
  ];
};

/** How the work got on, which differs with the kills. */
const BOOKKEEPING =
  /^(import_\w+|account|api_key|rate_count|written_report|report_place|suppression_job|profile-bulk-import-job)$/;
/**
 * What runs may differ in: where their checkpoints were, what ids were drawn, and which of two equal rows was first where
 * chunks are worked on side by side.
 */
const VOLATILE = new Set(['imported', 'account', 'id', 'entryId', 'hash', 'origin', 'chain', 'expiresAt']);

const lineOf = (item: Item, owners: ReadonlyMap<string, string>): string => {
  const kept = Object.entries(item)
    .filter(([name]) => !VOLATILE.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (
    JSON.stringify(Object.fromEntries(kept))
      .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, (id) => owners.get(id) ?? 'ULID')
      // Of keys: an account, a shard, a hash over an id.
      .replaceAll(/A#\w{6}#/g, 'A#a#')
      .replaceAll(/(?<=#)[0-9A-HJKMNP-TV-Z]{16}(?=")/g, 'HASH')
      .replaceAll(/#[0-7](?=")/g, '#SHARD')
      .replaceAll(/import:[0-9a-f]{32}/g, 'import:JOB')
      // The end of a key.
      .replaceAll(/"methodDetail":"\w{4}"/g, '"methodDetail":"LAST"')
      .replaceAll(THIS_RUN, 'NOW')
  );
};

/** What files say lies in years before. */
const THIS_RUN = new RegExp(`${new Date().getUTCFullYear()}-\\d\\d-\\d\\dT[\\d:.]+Z`, 'g');
