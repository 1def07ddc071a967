import * as v from 'valibot';
import { type IdentifierKind, identifierKinds } from '../../../model/identity.ts';
import { Consent } from '../../consent/records/consent.ts';
import { rowOrderOf } from '../../consent/records/decide.ts';
import { Membership } from '../../profiles/memberships/membership.ts';
import { type Profile, type TextField, textFields } from '../../profiles/records/profile.ts';
import { profileFromItem } from '../../profiles/records/resolve.ts';
import type { Job } from '../jobs/job.ts';
import { type Change, fieldOf, shortened, shown, type Window, type Written } from '../kinds/change.ts';
import type { EventChange } from '../kinds/kind.ts';
import { importKinds } from '../kinds/kinds.ts';
import type { Kind } from '../kinds/names.ts';
import type { Unit } from '../rows/units.ts';

interface Draft {
  profileId?: string;
  before?: Profile | undefined;
  after?: Profile;
  /** Changes of consent and lists. */
  readonly others: Change['fields'][number][];
  isEvent: boolean;
}

/** Returns the changes of a window's rows, from the writes of the dry run, in the order of the file. */
export const changesIn = (job: Pick<Job, 'id' | 'kind'>, window: Window): Change[] =>
  importKinds[job.kind].changesIn?.(window) ?? personChanges(job, window);

const personChanges = ({ id, kind }: Pick<Job, 'id' | 'kind'>, { written, units, failures }: Window): Change[] => {
  const unitAt = new Map(units.flatMap((unit) => unit.rows.map(({ number }) => [number, unit] as const)));
  const drafts = draftsOf(id, written, unitsByName(units));
  const failed = new Set(failures.map(({ row }) => row));
  return [...drafts]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([row, draft]) => {
      const unit = unitAt.get(row);
      return unit ? [changeOf(kind, row, unit, { draft, isFailed: failed.has(row) })] : [];
    });
};

type UnitsByName = ReadonlyMap<string, readonly Unit[]>;

/** Groups writes by the row that caused them. */
const draftsOf = (job: string, written: readonly Written[], unitsBy: UnitsByName): ReadonlyMap<number, Draft> => {
  const drafts = new Map<number, Draft>();
  const draftOf = (row: number | undefined): Draft | undefined => {
    if (row === undefined) return undefined;
    const draft = drafts.get(row) ?? { others: [], isEvent: false };
    drafts.set(row, draft);
    return draft;
  };
  for (const { before, after } of written) {
    switch (after?.type) {
      case 'profile': {
        const [from, to] = [before && profileFromItem(before), profileFromItem(after)];
        const naming = () => namesOf(to).flatMap((name) => unitsBy.get(name) ?? []);
        const draft = draftOf(newestRow(to, job) ?? rowOf(naming(), from, to));
        if (!draft) break;
        if (!draft.after) draft.before = from;
        draft.after = to;
        draft.profileId = to.id;
        break;
      }
      case 'consent': {
        const to = v.parse(Consent, after);
        const draft = draftOf(rowOrderOf(to.entryId));
        draft?.others.push(...consentFields(before && v.parse(Consent, before), to));
        if (draft) draft.profileId = to.profileId;
        break;
      }
      case 'membership': {
        const { listId, profileId, by } = v.parse(Membership, after);
        const draft = draftOf(before === undefined ? rowIn(by, job) : undefined);
        draft?.others.push({ field: 'lists', after: listId });
        if (draft) draft.profileId = profileId;
        break;
      }
      case 'event': {
        const draft = draftOf(rowIn(after.origin, job));
        if (!draft) break;
        draft.isEvent = true;
        draft.profileId = String(after.profileId);
        break;
      }
    }
  }
  return drafts;
};

const changeOf = (kind: Kind, row: number, { parsed }: Unit, { draft, isFailed }: Drafted): Change => {
  const { before, after, others, isEvent, profileId } = draft;
  const effect = { storesEvent: isEvent, makesProfile: after !== undefined && !before };
  const { isNew, event } = parsed ? importKinds[kind].describeChange(parsed, effect) : { isNew: isEvent };
  const { email, phone_number, external_id } = after ?? parsed?.input.identifiers ?? {};
  return {
    row,
    outcome: isFailed ? 'failed' : isNew ? 'created' : 'updated',
    profile: {
      ...(profileId !== undefined && { id: profileId }),
      ...(email && { email }),
      ...(phone_number && { phone_number }),
      ...(external_id && { external_id }),
    },
    fields: [...(after ? profileFields(before, after) : []), ...others].map(shown),
    ...(event && { event: shownEvent(event) }),
  };
};

interface Drafted {
  readonly draft: Draft;
  readonly isFailed: boolean;
}

const shownEvent = ({ properties, ...event }: EventChange): NonNullable<Change['event']> => ({
  ...event,
  properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, shortened(one)])),
});

const profileFields = (before: Profile | undefined, after: Profile): Change['fields'] => {
  const [from, to] = [before ? flat(before) : new Map<string, unknown>(), flat(after)];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((field) => {
    const [was, is] = [from.get(field), to.get(field)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [fieldOf(field, was, is)];
  });
};

type Described = { readonly [name in TextField | IdentifierKind]?: string | null | undefined } & {
  readonly anonymous_ids?: readonly string[] | undefined;
  readonly location?: Readonly<Record<string, unknown>> | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The profile fields of a row, by name. */
const flat = ({ location = {}, properties, ...own }: Described): Map<string, unknown> =>
  new Map<string, unknown>(
    [
      ...[...identifierKinds, ...textFields, 'anonymous_ids' as const].map((name) => [name, own[name]] as const),
      ...Object.entries(location).map(([name, value]) => [`location.${name}`, value] as const),
      ...Object.entries(properties).map(([name, value]) => [`properties.${name}`, value] as const),
    ].filter(([, value]) => value !== undefined),
  );

const consentFields = (before: Consent | undefined, after: Consent): Change['fields'] => {
  const field = `subscriptions.${after.channel}.${after.purpose}`;
  return [
    fieldOf(`${field}.consent`, before?.status ?? 'NEVER_SUBSCRIBED', after.status),
    fieldOf(`${field}.consent_timestamp`, before?.at, after.at),
  ];
};

/** The last row of this import that a profile has stored. */
const newestRow = ({ imported = {} }: Profile, job: string): number | undefined => {
  const rows = Object.keys(imported[job] ?? {}).map(Number);
  return rows.length === 0 ? undefined : Math.max(...rows);
};

/** Imports store the row with what they write. */
const rowIn = (origin: unknown, job: string): number | undefined => {
  const prefix = `import:${job}#`;
  return typeof origin === 'string' && origin.startsWith(prefix) ? Number(origin.slice(prefix.length)) : undefined;
};

/** The rows by identifier, in the order of the file. */
const unitsByName = (units: readonly Unit[]): UnitsByName => {
  const found = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const name of namesOf(unit.parsed?.input.identifiers ?? {}))
      found.set(name, [...(found.get(name) ?? []), unit]);
  }
  return found;
};

/** The first of several rows about a profile that has an outcome. */
const rowOf = (units: readonly Unit[], before: Profile | undefined, after: Profile): number | undefined => {
  const changed = profileFields(before, after);
  const says = ({ parsed }: Unit): boolean => {
    const { identifiers = {}, fields = {}, location, properties } = parsed?.input ?? {};
    const all = flat({ ...identifiers, ...fields, location: location ?? {}, properties: properties ?? {} });
    return changed.every(({ field, after: value }) => JSON.stringify(all.get(field)) === JSON.stringify(value));
  };
  return (units.find(says) ?? units[0])?.rows[0]?.number;
};

const namesOf = (of: { readonly [kind in (typeof identifierKinds)[number]]?: string | null | undefined }): string[] =>
  identifierKinds.flatMap((kind) => (of[kind] ? [`${kind} ${of[kind]}`] : []));
