import { findAccount } from '../../functions/domains/accounts/actions.ts';
import { listKeys, revokeKey } from '../../functions/domains/accounts/keys/actions.ts';
import { accounts, apiKeys } from '../../functions/domains/accounts/store.ts';
import { accountPrefix } from '../../functions/domains/archive/keys.ts';
import { payloadPrefix } from '../../functions/domains/bulk-imports/erase.ts';
import { EXPORTS_PREFIX } from '../../functions/domains/exports/records/job.ts';
import { FEEDS_PREFIX } from '../../functions/domains/feeds/records/sync.ts';
import { WEB_FEEDS_PREFIX } from '../../functions/domains/feeds/web/feed.ts';
import { kinds } from '../../functions/domains/imports/kinds/names.ts';
import { dryRunFolder } from '../../functions/domains/imports/places/folders.ts';
import { ACCESS_PREFIX } from '../../functions/domains/privacy/access/job.ts';
import { PRODUCT_FEEDS_PREFIX } from '../../functions/domains/product-feeds/records/stored-file.ts';
import { identifiers, profilePartitions } from '../../functions/domains/profiles/records/store.ts';
import { profilePk } from '../../functions/model/partition.ts';
import { inParallel } from '../../functions/platform/parallel.ts';
import { type Files, removeVersions } from '../../functions/platform/storage/files.ts';
import { remove, removeForErasure } from '../../functions/platform/table/write.ts';
import { Advice } from '../admin/cli/advice.ts';
import { accountOf, type Session } from './session/session.ts';

/** Revokes the keys of all runs. The account and its data stay until the erasure is complete. */
export const revokeKeys = async ({ state, save, deployment }: Session): Promise<void> => {
  const { services } = deployment.target;
  const { account, keyIds } = state();
  if (account === undefined) return;
  for (const { id, revokedAt } of await listKeys(account, services))
    if (revokedAt === undefined && keyIds.includes(id)) await revokeKey({ account, id }, services);
  save({ keyIds: [] });
};

/** Removes the throw-away account and all of its data that can be found by name. Returns a text on what remains. */
export const removeAccount = async (session: Session): Promise<string> => {
  const account = accountOf(session);
  const { services } = session.deployment.target;
  const found = await findAccount(account, services);
  if (found && !found.isTest)
    throw new Advice(`The account ${account} was not created by a smoke test: nothing is removed.`);
  const files = await removeFiles(account, session);
  const people = await removePeople(account, session);
  // Last: as long as the account exists, another run can find what this one could not remove.
  const keys = await listKeys(account, services);
  for (const key of keys) await services.table.write(remove(apiKeys, key));
  if (found) await services.table.write(remove(accounts, found));
  return `Removed the account ${account}, ${people} profiles and ${files} versions of files. In the table remain its jobs, which expire, its metric and its proofs of consent: some KB that no key opens.`;
};

const removeFiles = async (account: string, { deployment, progress }: Session): Promise<number> => {
  const { services } = deployment.target;
  // Each contains the account: files of other accounts are never listed.
  const prefixes = [
    ...['', dryRunFolder].flatMap((folder) => kinds.map((kind) => `${folder}${kind}/${account}/`)),
    `reports/${account}/`,
    `work/${account}/`,
    payloadPrefix(account),
    `${ACCESS_PREFIX}${account}/`,
    `${EXPORTS_PREFIX}${account}/`,
    `${FEEDS_PREFIX}${account}/`,
    `${WEB_FEEDS_PREFIX}${account}/`,
    `${PRODUCT_FEEDS_PREFIX}${account}/`,
  ];
  let removed = 0;
  const removeBelow = async (prefix: string, files: Files): Promise<void> => {
    for (let isLast = false, after: string | undefined; !isLast; ) {
      const page = await files.versions(prefix, after);
      await removeVersions(page.versions, files);
      removed += page.versions.length;
      progress(`removing files: ${removed}`);
      after = page.versions.at(-1)?.key;
      isLast = page.isLast;
    }
  };
  for (const prefix of prefixes) await removeBelow(prefix, services.imports());
  await removeBelow(accountPrefix(account), services.archive());
  return removed;
};

const PAGE = 500;
const PARALLEL = 50;
/** A profile of a smoke test has a few items; only the person with a thousand events has more. */
const ITEMS = 1_000;

/** Follows the indexes of the account's profiles and addresses. */
const removePeople = async (account: string, session: Session): Promise<number> => {
  const { table } = session.deployment.target.services;
  const alongLists = async (by: 'id' | 'email', each: (sortKey: string) => Promise<void>): Promise<number> => {
    let done = 0;
    for (const pk of profilePartitions(account, by)) {
      for (let after: string | undefined, isLast = false; !isLast; ) {
        const keys = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== undefined && { after }) });
        await inParallel(keys, PARALLEL, ({ gsi1sk }) => each(String(gsi1sk)));
        done += keys.length;
        session.progress(`removing profiles: ${done}`);
        const last = keys.at(-1);
        after = last && String(last.gsi1sk);
        isLast = keys.length < PAGE;
      }
    }
    return done;
  };
  await alongLists('email', async (sortKey) => {
    // `<address>#<profile id>`; an address has no #.
    const [value = ''] = sortKey.split('#');
    await table.write(removeForErasure(identifiers.key({ account, kind: 'email', value })));
  });
  return alongLists('id', async (profileId) => {
    const pk = profilePk(account, profileId);
    for (let count = ITEMS; count === ITEMS; ) {
      const items = await table.query({ pk, limit: ITEMS });
      await inParallel(items, PARALLEL, ({ sk }) => table.write(removeForErasure({ pk, sk: String(sk) })));
      count = items.length;
    }
  });
};
