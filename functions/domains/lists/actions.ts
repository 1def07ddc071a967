import { ApiError, type Problem } from '../../platform/errors.ts';
import { create, update, type Write } from '../../platform/table/write.ts';
import { normalizeName } from '../../platform/validation/text.ts';
import type { Context } from '../accounts/context.ts';
import { readMemberships } from '../profiles/memberships/deduplicate.ts';
import { listSk } from '../profiles/memberships/store.ts';
import { idsOf, type Profile } from '../profiles/records/profile.ts';
import { type List, MAX_ID_BYTES } from './list.ts';
import { addMember, type Join } from './members.ts';
import { listCounts, lists, listsPk } from './store.ts';

export {
  addMember,
  addMembers,
  countMembers,
  dropMembers,
  isMember,
  type Join,
  joinMembers,
  leaveList,
  readJoinIds,
  readListMemberships,
  removeMembers,
} from './members.ts';
export { readMembers } from './read-members.ts';
export { renewMembers } from './renew-members.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The limit of lists per account. */
export const MAX_LISTS = 1_000;

/**
 * Finds a list by its id, or creates it, by default with the id as its name. Only for callers that act for the owner of
 * the account.
 */
export const ensureList = async (id: string, context: Deps & Pick<Context, 'now'>, name = id): Promise<List> => {
  const { account, table, now } = context;
  const existing = await table.get(lists, { account, id });
  if (existing?.deletedAt) throw listBeingDeletedError(id);
  if (existing) return existing;
  const at = now().toISOString();
  const list: List = { account, id, name, created: at, updated: at };
  const result = await table.transact(createListWrites(list));
  if (result.done) return list;
  const [countFailure, created] = result.failures;
  if (created?.existing) return lists.fromItem(created.existing);
  throw countFailure ? tooManyListsError() : listBeingDeletedError(id);
};

/** A list that a call names, with the JSON pointer. */
export interface ListReference {
  readonly id: string;
  readonly pointer: string;
}

type ListDeps = Deps & Pick<Context, 'now' | 'caller' | 'accountSettings'>;

/**
 * Refuses a call that names an unknown list. If the account allows it, calls with a key create the list instead;
 * browsers never do.
 *
 * @throws ApiError `invalid`, with a problem for each unknown list
 */
export const requireLists = async (references: readonly ListReference[], context: ListDeps): Promise<void> => {
  const problems = await listProblems(references, context);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/**
 * Like `requireLists`, but returns the problems, for calls that report others too. With a problem, no list is created.
 */
export const listProblems = async (
  references: readonly ListReference[],
  context: ListDeps,
): Promise<readonly Problem[]> => {
  const { unknown, problems } = await checkLists(references, context);
  if (problems.length === 0) for (const { id } of unknown) await ensureList(id, context);
  return problems;
};

interface CheckedLists {
  /** Not yet created. */
  readonly unknown: readonly ListReference[];
  readonly problems: readonly Problem[];
}

/** Checks lists that a call names, and creates none. */
export const checkLists = async (references: readonly ListReference[], context: ListDeps): Promise<CheckedLists> => {
  const knownIds = new Set(
    (
      await findLists(
        references.map(({ id }) => id),
        context,
      )
    ).map(({ id }) => id),
  );
  const unknown = references.filter(({ id }) => !knownIds.has(id));
  const { caller, accountSettings } = context;
  const mayCreate = caller.kind === 'key' && accountSettings.unknownLists === 'create';
  const refusedLists = mayCreate ? unknown.filter(({ id }) => id !== id.trim()) : unknown;
  return {
    unknown,
    problems: refusedLists.map(({ id, pointer }) => ({ detail: unknownListMessage(id), source: { pointer } })),
  };
};

const unknownListMessage = (id: string): string =>
  `The list '${id}' does not exist. Ids are case-sensitive. Create the list first (POST /api/lists), or use one of GET /api/lists.`;

const createListWrites = (list: List): Write[] => [
  update(listCounts, list, {
    upsert: true,
    set: { account: list.account },
    add: { count: 1 },
    condition: {
      any: [
        { attribute: 'count', is: 'missing' },
        { attribute: 'count', is: '<', value: MAX_LISTS },
      ],
    },
  }),
  create(lists, list),
];

const tooManyListsError = (): ApiError =>
  new ApiError('invalid', {
    detail: `The account has ${MAX_LISTS} lists, the maximum. Delete lists that are not needed.`,
  });

const listBeingDeletedError = (id: string): ApiError =>
  new ApiError('conflict', {
    detail: `The list ${id} is being deleted. Its id can be used again when all its members have been removed.`,
  });

type ListSettings = Pick<List, 'name' | 'optInProcess'>;

/** Creates a list with a new id. */
export const createList = async (
  settings: ListSettings,
  { account, table, now, newId }: Deps & Pick<Context, 'now' | 'newId'>,
): Promise<List> => {
  const at = now().toISOString();
  const list: List = { account, id: newId(), ...settings, created: at, updated: at };
  const written = await table.transact(createListWrites(list));
  if (!written.done) throw tooManyListsError();
  return list;
};

/** Changes settings. An `optInProcess` of `undefined` resets it to that of the account. */
export const changeList = async (
  id: string,
  settings: Partial<ListSettings>,
  context: Deps & Pick<Context, 'now'>,
): Promise<List> => {
  const list = await getList(id, context);
  const set = { ...settings, updated: context.now().toISOString() };
  const remove = 'optInProcess' in settings && settings.optInProcess === undefined ? ['optInProcess'] : [];
  const exists = { all: ['present', { attribute: 'deletedAt', is: 'missing' }] } as const;
  const written = await context.table.write(update(lists, list, { set, remove, condition: exists }));
  if (!written.done) throw listNotFoundError(id);
  return { ...list, ...set };
};

/** Reads a list, or throws a 404. */
export const getList = async (id: string, context: Deps): Promise<List> => {
  const list = await findList(id, context);
  if (!list) throw listNotFoundError(id);
  return list;
};

export const listNotFoundError = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no list ${id.slice(0, MAX_ID_BYTES)}.` });

/** Reads all lists of an account. */
export const readAllLists = async ({ account, table }: Deps): Promise<List[]> =>
  (await table.queryOf(lists, { pk: listsPk(account), prefix: listSk(''), limit: MAX_LISTS })).filter(isAvailable);

/** Adds a profile to a list, which is created if missing. A member keeps the time of its first join. */
export const joinList = async (join: Join, context: Deps & Pick<Context, 'now'>): Promise<'joined' | 'already'> => {
  await ensureList(join.listId, context);
  return addMember(join, context);
};

/** Reads a list, if it exists. */
export const findList = async (id: string, { account, table }: Deps): Promise<List | undefined> => {
  if (Buffer.byteLength(id) > MAX_ID_BYTES) return undefined;
  const list = await table.get(lists, { account, id });
  return list && isAvailable(list) ? list : undefined;
};

/**
 * Finds a list by its id, or else by its name. Returns several ids if several lists have the name. If there is none,
 * returns the name, as the id of a list to create.
 */
export const findListIdByName = async (name: string, context: Deps): Promise<string | readonly string[]> => {
  if (await findList(name, context)) return name;
  const normalizedName = normalizeName(name);
  const matches = (await readAllLists(context)).filter((list) => normalizeName(list.name) === normalizedName);
  const [first = name, ...more] = matches.map(({ id }) => id);
  return more.length === 0 ? first : [first, ...more];
};

/** Reads those of several lists that exist. */
export const findLists = async (ids: readonly string[], { account, table }: Deps): Promise<List[]> => {
  const stored = await table.getMany(
    lists,
    [...new Set(ids)].map((id) => ({ account, id })),
  );
  return stored.filter((list) => list !== undefined).filter(isAvailable);
};

const isAvailable = ({ deletedAt }: List): boolean => deletedAt === undefined;

/** Reads the lists that a person is on. */
export const readListsOf = async (person: Pick<Profile, 'id' | 'sources'>, context: Deps): Promise<List[]> => {
  const memberships = await readMemberships(idsOf(person), context);
  return findLists([...new Set(memberships.map(({ listId }) => listId))], context);
};
