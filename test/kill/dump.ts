import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

type Item = Readonly<Record<string, unknown>>;

/**
 * Every item of customer data, one a line, in a canonical order: random ids are replaced by their owners, times of this
 * run by a word. Equal tables give equal texts.
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

/** The shard of a count follows from a random id: the sums of such counts are compared. */
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

/** Progress fields, and what was said to each call, which differ with the kills. */
const BOOKKEEPING =
  /^(import_\w+|event_job|receipt|account|api_key|rate_count|written_report|report_place|suppression_job|profile-bulk-import-job|catalog_job)$/;
/**
 * Allowed differences between runs: checkpoints, random ids, and the first of two equal rows if chunks run in parallel.
 */
const VOLATILE = new Set(['imported', 'account', 'id', 'entryId', 'hash', 'origin', 'chain', 'expiresAt', 'nonce']);

const lineOf = (item: Item, owners: ReadonlyMap<string, string>): string => {
  const kept = Object.entries(item)
    .filter(([name]) => !VOLATILE.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (
    JSON.stringify(Object.fromEntries(kept))
      .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, (id) => owners.get(id) ?? 'ULID')
      // In keys: an account, a shard, a hash over an id.
      .replaceAll(/A#\w{6}#/g, 'A#a#')
      .replaceAll(/(?<=#)[0-9A-HJKMNP-TV-Z]{16}(?=")/g, 'HASH')
      .replaceAll(/#[0-7](?=")/g, '#SHARD')
      .replaceAll(/import:[0-9a-f]{32}/g, 'import:JOB')
      // The end of a key.
      .replaceAll(/"methodDetail":"\w{4}"/g, '"methodDetail":"LAST"')
      .replaceAll(THIS_RUN, 'NOW')
  );
};

/** Times in files are years earlier. */
const THIS_RUN = new RegExp(`${new Date().getUTCFullYear()}-\\d\\d-\\d\\dT[\\d:.]+Z`, 'g');
