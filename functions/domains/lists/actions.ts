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

export { readPersonIds as peopleOf } from '../profiles/memberships/deduplicate.ts';
export {
  addMember,
  addMembers,
  countMembers,
  isMember,
  type Join,
  joinedOf,
  leaveList,
  membershipsIn,
  membersOf,
  removeMembers,
  renewMember,
} from './members.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** How many lists an account may have. */
export const MAX_LISTS = 1_000;

/** The list with this id, made where there is none: its name is then its id. Only for what the owner of an account says. */
export const ensureList = async (id: string, context: Deps & Pick<Context, 'now'>): Promise<List> => {
  const { account, table, now } = context;
  const known = await table.get(lists, { account, id });
  if (known?.deletedAt) throw beingDeleted(id);
  if (known) return known;
  const at = now().toISOString();
  const list: List = { account, id, name: id, created: at, updated: at };
  const written = await table.transact(making(list));
  if (written.done) return list;
  const [full, existing] = written.failures;
  if (existing?.existing) return lists.fromItem(existing.existing);
  throw full ? noRoom() : beingDeleted(id);
};

/** A list that a call names, and where it names it. */
export interface NamedList {
  readonly id: string;
  readonly pointer: string;
}

type ForUnknown = Deps & Pick<Context, 'now' | 'caller' | 'accountSettings'>;

/**
 * Refuses a call that names a list which nobody has made. An account may have calls by a key make it; a browser makes none.
 *
 * @throws ApiError `invalid`, with a problem for each unknown list.
 */
export const requireLists = async (named: readonly NamedList[], context: ForUnknown): Promise<void> => {
  const problems = await listProblems(named, context);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/** The same for a call that has more to report: a problem for each list that is refused. Nothing is made beside one. */
export const listProblems = async (named: readonly NamedList[], context: ForUnknown): Promise<readonly Problem[]> => {
  const known = new Set(
    (
      await findLists(
        named.map(({ id }) => id),
        context,
      )
    ).map(({ id }) => id),
  );
  const unknown = named.filter(({ id }) => !known.has(id));
  const { caller, accountSettings } = context;
  const mayCreate = caller.kind === 'key' && accountSettings.unknownLists === 'create';
  const refused = mayCreate ? unknown.filter(({ id }) => id !== id.trim()) : unknown;
  if (refused.length > 0) return refused.map(({ id, pointer }) => ({ detail: unknownList(id), source: { pointer } }));
  for (const { id } of unknown) await ensureList(id, context);
  return [];
};

const unknownList = (id: string): string =>
  `There is no list '${id}'. Ids are compared as they are. Create the list first (POST /api/lists), or name one of GET /api/lists.`;

const making = (list: List): Write[] => [
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

const noRoom = (): ApiError =>
  new ApiError('invalid', {
    detail: `There are ${MAX_LISTS} lists already or nearly: no more are made. Delete those that nobody needs.`,
  });

const beingDeleted = (id: string): ApiError =>
  new ApiError('conflict', {
    detail: `The list ${id} is being deleted. Its id is free again when all of its members are taken from it.`,
  });

type Settable = Pick<List, 'name' | 'optInProcess'>;

/** Makes a list with an id of its own. */
export const makeList = async (
  given: Settable,
  { account, table, now, newId }: Deps & Pick<Context, 'now' | 'newId'>,
): Promise<List> => {
  const at = now().toISOString();
  const list: List = { account, id: newId(), ...given, created: at, updated: at };
  const written = await table.transact(making(list));
  if (!written.done) throw noRoom();
  return list;
};

/** Changes what is given; an `optInProcess` of `undefined` goes by the account's again. */
export const changeList = async (
  id: string,
  given: Partial<Settable>,
  context: Deps & Pick<Context, 'now'>,
): Promise<List> => {
  const list = await getList(id, context);
  const set = { ...given, updated: context.now().toISOString() };
  const remove = 'optInProcess' in given && given.optInProcess === undefined ? ['optInProcess'] : [];
  const isThere = { all: ['present', { attribute: 'deletedAt', is: 'missing' }] } as const;
  const written = await context.table.write(update(lists, list, { set, remove, condition: isThere }));
  if (!written.done) throw noList(id);
  return { ...list, ...set };
};

/** A list by its id, or a 404. */
export const getList = async (id: string, context: Deps): Promise<List> => {
  const list = await findList(id, context);
  if (!list) throw noList(id);
  return list;
};

export const noList = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no list ${id.slice(0, MAX_ID_BYTES)}.` });

/** All of an account's lists. */
export const allLists = async ({ account, table }: Deps): Promise<List[]> =>
  (await table.queryOf(lists, { pk: listsPk(account), prefix: listSk(''), limit: MAX_LISTS })).filter(isThere);

/** Adds a profile to a list, and makes the list where there is none. A member keeps the time it joined first. */
export const joinList = async (join: Join, context: Deps & Pick<Context, 'now'>): Promise<'joined' | 'already'> => {
  await ensureList(join.listId, context);
  return addMember(join, context);
};

/** A list by its id, if there is one. */
export const findList = async (id: string, { account, table }: Deps): Promise<List | undefined> => {
  if (Buffer.byteLength(id) > MAX_ID_BYTES) return undefined;
  const list = await table.get(lists, { account, id });
  return list && isThere(list) ? list : undefined;
};

/**
 * The id of the list that somebody calls so, by its id or else by its name; ids where several have that name. Where there
 * is none, it is the id of one to be made.
 */
export const listNamed = async (name: string, context: Deps): Promise<string | readonly string[]> => {
  if (await findList(name, context)) return name;
  const wanted = normalizeName(name);
  const named = (await allLists(context)).filter((list) => normalizeName(list.name) === wanted);
  const [first = name, ...more] = named.map(({ id }) => id);
  return more.length === 0 ? first : [first, ...more];
};

/** Those of several lists that are there. */
export const findLists = async (ids: readonly string[], { account, table }: Deps): Promise<List[]> => {
  const found = await table.getMany(
    lists,
    [...new Set(ids)].map((id) => ({ account, id })),
  );
  return found.filter((list) => list !== undefined).filter(isThere);
};

const isThere = ({ deletedAt }: List): boolean => deletedAt === undefined;

/** The lists that a person is on. */
export const listsOf = async (person: Pick<Profile, 'id' | 'sources'>, context: Deps): Promise<List[]> => {
  const joined = await readMemberships(idsOf(person), context);
  return findLists([...new Set(joined.map(({ listId }) => listId))], context);
};
