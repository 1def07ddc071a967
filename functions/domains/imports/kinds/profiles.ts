import * as v from 'valibot';
import { properties as Properties } from '../../../model/properties.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { trimInvisible } from '../../../platform/validation/text.ts';
import type { Upserted } from '../../profiles/plan.ts';
import { idsOf } from '../../profiles/records/profile.ts';
import { type UpsertAnswer, type UpsertCall, upsertMany } from '../../profiles/upsert-many.ts';
import type { Application, Deps } from '../apply/application.ts';
import { applyConsents, type ConsentResult, type ConsentRow } from '../apply/consents.ts';
import { type AppliedRow, joinList } from '../apply/join-list.ts';
import { type ApplyResult, catchRefusal, failedResult } from '../apply/outcome.ts';
import { type NumberedRow, passesOf, withAnswers } from '../apply/row-groups.ts';
import { applySuppressions } from '../apply/suppressions.ts';
import { overruledByConstants } from '../columns/constants.ts';
import { suppressionColumns } from '../columns/export-columns.ts';
import { candidatesOf, columnNameOf, identifying, type Part, partsIn } from '../columns/headers.ts';
import { timesIn } from '../columns/mapping.ts';
import { errorsAt } from '../columns/mapping-error.ts';
import { propertyColumns } from '../columns/property-columns.ts';
import { typeErrors } from '../columns/type-errors.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { consentColumns, consentReader, hasConsentColumns, isTime } from '../rows/consents.ts';
import { listColumns, listReader, type RowList } from '../rows/list-columns.ts';
import type { ParsedRow } from '../rows/parsed-row.ts';
import { textOfPart } from '../rows/part-text.ts';
import { type PartText, toPerson } from '../rows/person.ts';
import { phoneCountryReader } from '../rows/phone-country.ts';
import type { Row } from '../rows/row.ts';
import type { RowConsent } from '../rows/row-consent.ts';
import { type RowSuppression, suppressionReader } from '../rows/suppressions.ts';
import { type ApplyRows, type FileOptions, type ImportKind, ofProducts } from './kind.ts';

interface ProfileRow extends ParsedRow {
  readonly consents: readonly RowConsent[];
  readonly suppressions: readonly RowSuppression[];
  readonly list?: RowList;
}

const PARALLEL = 24;

const NOBODY = 'No column identifies the person of a row. Name one Email, Phone Number or External ID.';
const OF_EVENTS =
  'It applies to events, and the rows of this file are profiles. Remove it, or import the file as events.';
const OF_NOBODY =
  "No column has consent, so this applies to no row. Name a column 'Email Marketing Consent', set it as a constant, or remove this.";

/** Files of people, with their consent and suppressions. */
export const profiles: ImportKind<ProfileRow> = {
  unusedMembers: { metric: OF_EVENTS, group_by: OF_EVENTS, items: OF_EVENTS, ...ofProducts },
  // Rows of an earlier import are recognized, so that they do not change a profile again, even if they contradict each
  // other.
  tracksRepeats: true,

  fields: (headers) => candidatesOf(headers),

  findUnused(headers, mapping) {
    const { consent } = mapping;
    const overruled = overruledByConstants(mapping);
    return [
      ...(consent && !hasConsentColumns(headers) ? errorsAt(['consent'], OF_NOBODY) : []),
      ...overruled(['consent', 'source'], consent?.source, 'consent source'),
      ...overruled(['consent', 'basis'], consent?.basis, 'consent basis'),
    ];
  },

  read(headers, options) {
    const parts = partsIn(candidatesOf(headers));
    const consents = consentColumns(headers);
    const errors = errorsOf(headers, { parts, consents }, options);
    if (errors.length > 0) return { errors, isOrdered: true };
    return { errors, read: rowReader(headers, { parts, consents }, options), isOrdered: true };
  },

  describeChange: (_, { storesEvent, makesProfile }) => ({ isNew: storesEvent || makesProfile }),
};

interface Columns {
  readonly parts: ReadonlyMap<number, Part>;
  readonly consents: ReadonlySet<number>;
}

/** Returns why a file cannot be imported as profiles. */
const errorsOf = (headers: readonly string[], { parts, consents }: Columns, { mapping }: FileOptions) => {
  const usual = new Map([
    ...[...parts.keys()].map((column) => [column, 'string'] as const),
    ...[...consents].map((column) => [column, isTime(headers[column] ?? '') ? 'date' : 'string'] as const),
  ]);
  const isNamed = [...parts.values()].some((part) => identifying.has(part));
  return [...(isNamed ? [] : [{ at: [], message: NOBODY }]), ...typeErrors(headers, mapping, usual)];
};

const rowReader = (
  headers: readonly string[],
  { parts, consents }: Columns,
  { file, mapping, dates, rules = {}, until }: FileOptions,
): ((rows: readonly Pick<Row, 'cells'>[]) => ProfileRow) => {
  const others = new Set([...parts.keys(), ...consents, ...listColumns(headers), ...suppressionColumns(headers)]);
  const custom = headers.flatMap((header, column) => {
    const name = columnNameOf(header);
    return name === '' || others.has(column) ? [] : [{ column, name }];
  });
  const readTime = timesIn(mapping, dates);
  const readProperties = propertyColumns(custom, { headers, mapping, dates });
  const readConsents = consentReader({ headers, file, mapping, readTime, until, unproved: rules.unprovedConsent });
  const readCountry = phoneCountryReader(headers, parts, rules);
  const readSuppressions = suppressionReader(headers, { readTime, until });
  const readList = listReader(headers, { readTime, until });

  return ([row]) => {
    const cells = row?.cells ?? [];
    const texts: PartText[] = [];
    for (const [column, part] of parts) {
      const cell = withoutFirstGuard(cells[column] ?? '').trim();
      const text = textOfPart(part, identifying.has(part) ? trimInvisible(cell) : cell);
      if (text !== '') texts.push({ part, column: headers[column] ?? '', text });
    }
    const { properties, problems } = readProperties((column) => withoutFirstGuard(cells[column] ?? ''));
    const country = readCountry((column) => withoutFirstGuard(cells[column] ?? '').trim());
    const person = toPerson(texts, properties, { rules, country });
    const consent = readConsents(cells);
    const suppression = readSuppressions(cells, person.input);
    const list = readList(cells);
    return {
      input: person.input,
      consents: consent.consents,
      suppressions: suppression.suppressions,
      ...(list.list && { list: list.list }),
      doubts: [...person.doubts, ...(consent.doubts ?? [])],
      problems: [
        ...person.problems,
        ...consent.problems,
        ...suppression.problems,
        ...list.problems,
        ...problems,
        ...propertyProblems(properties),
      ],
    };
  };
};

const Custom = Properties();

const propertyProblems = (properties: Readonly<Record<string, unknown>>): RowProblem[] => {
  const parsed = v.safeParse(Custom, properties);
  if (parsed.success) return [];
  return parsed.issues.map(({ message, path }) => ({
    column: String(path?.[0]?.key ?? ''),
    code: 'invalid_property',
    message,
  }));
};

/** Applies rows of people, pass by pass. */
export const applyProfiles: ApplyRows<ProfileRow> = async (units, application, deps) => {
  for (const { groups, rows } of await passesOf(units, deps))
    await application.record(withAnswers(groups, await applyRows(rows, application, deps)));
};

/** Applies one row per person. A row that is applied again by the same job has the same result. */
const applyRows = async (
  rows: readonly NumberedRow<ProfileRow>[],
  { job, processed, repeats, repeatsSince }: Application,
  deps: Deps,
): Promise<ApplyResult[]> => {
  const answers = await upsertMany(
    rows.map(
      ({ row, number, named }): UpsertCall => ({
        input: row.input,
        owners: named,
        rules: {
          onConflict: 'refuse',
          caller: 'trusted',
          row: { job: job.id, row: number, processedRows: processed, earlierJobs: repeats(number) },
        },
      }),
    ),
    deps,
  );
  const stored = rows.map((row, i) => storedRow(row, answers[i], repeatsSince === undefined));
  const consents = await applyConsents(
    stored.filter((one) => 'profile' in one).filter(({ row }) => row.consents.length > 0),
    job,
    deps,
  );
  const applied = await inParallel(stored, PARALLEL, (one) => toAppliedRow(one, consents, job, deps));
  return joinList(applied, job, deps);
};

/** A row after its profile was stored, or why it was not. */
type StoredRow =
  | (ConsentRow & { readonly row: ProfileRow; readonly outcome: Upserted['outcome'] })
  | { readonly number: number; readonly failed: ApplyResult };

const storedRow = (
  { row, number }: NumberedRow<ProfileRow>,
  answer: UpsertAnswer | undefined,
  isFirstRun: boolean,
): StoredRow => {
  if (!answer) throw new Error('Every row has an answer.');
  if ('error' in answer) return { number, failed: failedResult(answer.error) };
  const { profile, outcome, leftOut = [] } = answer;
  // An earlier run may have stored more than the profile.
  return { row, number, profile, outcome, leftOut, isNew: outcome === 'created' && isFirstRun };
};

/** Applies the suppressions of a row after its consents: an opt-in lifts suppressions, but not those of its own row. */
const toAppliedRow = async (
  stored: StoredRow,
  consents: ReadonlyMap<ConsentRow, ConsentResult>,
  job: Application['job'],
  deps: Deps,
): Promise<AppliedRow> => {
  if ('failed' in stored) return { applied: stored.failed, profileId: undefined, number: stored.number };
  const { row, number, profile, outcome, leftOut, isNew } = stored;
  const consent = consents.get(stored) ?? { isChanged: false };
  const applied = await catchRefusal(async (): Promise<ApplyResult> => {
    if ('outcome' in consent) return consent;
    const isSuppressed = await applySuppressions(row.suppressions, { job, row: number }, deps);
    const isChange = outcome === 'unchanged' && (consent.isChanged || isSuppressed);
    return { outcome: isChange ? 'updated' : outcome, ...(leftOut.length > 0 && { leftOut }) };
  });
  return {
    applied,
    profileId: profile.id,
    ids: idsOf(profile),
    isNew,
    number,
    consentedAt: subscribedAt(row.consents),
    list: row.list,
  };
};

/** The time of a subscription, if the row has one. */
const subscribedAt = (consents: readonly RowConsent[]): Date | undefined => {
  const times = consents.flatMap(({ to, at, isWeak }) => (to === 'SUBSCRIBED' && at && !isWeak ? at.getTime() : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
};
