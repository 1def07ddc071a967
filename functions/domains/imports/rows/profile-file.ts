import * as v from 'valibot';
import { properties as Properties } from '../../../model/properties.ts';
import { trimInvisible } from '../../../platform/validation/text.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { DateOrders } from '../columns/date-order.ts';
import { candidatesOf, columnNameOf, identifying, partsIn } from '../columns/headers.ts';
import { propertyColumns } from '../columns/property-columns.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import { type Mapping, timesIn } from '../mappings/mapping.ts';
import { typeMisfits } from '../mappings/misfits.ts';
import type { FileRules } from '../rules.ts';
import { consentColumns, consentReader, isTime, type SaidConsent } from './consents.ts';
import { textOfPart } from './part-text.ts';
import { type Said, toPerson } from './person.ts';
import { phoneCountryReader } from './phone-country.ts';
import type { Row, RowProblem } from './row.ts';
import { type SaidSuppression, suppressionReader } from './suppressions.ts';

export interface ProfileRow {
  readonly input: ProfileInput;
  readonly consents: readonly SaidConsent[];
  readonly suppressions: readonly SaidSuppression[];
  readonly problems: readonly RowProblem[];
  readonly doubts: readonly RowProblem[];
}

const Custom = Properties();

const NOBODY = 'No column says whose rows these are. Name one Email, Phone Number or External ID.';

/** Reads the rows of a profiles file, or says why that can't be one. */
export const profileFile = (
  headers: readonly string[],
  {
    file,
    mapping = {},
    dates,
    rules = {},
    until,
  }: {
    /** What the file is called. */
    readonly file: string;
    readonly mapping?: Mapping;
    readonly dates?: DateOrders | undefined;
    readonly rules?: FileRules | undefined;
    readonly until?: string | undefined;
  },
) => {
  const parts = partsIn(candidatesOf(headers));
  const consents = consentColumns(headers);
  const custom = headers.flatMap((header, column) =>
    columnNameOf(header) === '' || parts.has(column) || consents.has(column)
      ? []
      : [{ column, name: columnNameOf(header) }],
  );
  const readTime = timesIn(mapping, dates);
  const propertiesIn = propertyColumns(custom, { headers, mapping, dates });
  const consentsIn = consentReader({ headers, file, mapping, readTime, until, unproved: rules.unprovedConsent });
  const countryIn = phoneCountryReader(headers, parts, rules);
  const suppressionsIn = suppressionReader(headers, { readTime, until });
  const usual = new Map([
    ...[...parts.keys()].map((column) => [column, 'string'] as const),
    ...[...consents].map((column) => [column, isTime(headers[column] ?? '') ? 'date' : 'string'] as const),
  ]);
  const isNamed = [...parts.values()].some((part) => identifying.has(part));
  const misfits = [...(isNamed ? [] : [{ at: [], message: NOBODY }]), ...typeMisfits(headers, mapping, usual)];
  if (misfits.length > 0) return { misfits } as const;

  const read = ({ cells }: Pick<Row, 'cells'>): ProfileRow => {
    const said: Said[] = [];
    for (const [column, part] of parts) {
      const cell = withoutFirstGuard(cells[column] ?? '').trim();
      const text = textOfPart(part, identifying.has(part) ? trimInvisible(cell) : cell);
      if (text !== '') said.push({ part, column: headers[column] ?? '', text });
    }
    const { properties, problems } = propertiesIn((column) => withoutFirstGuard(cells[column] ?? ''));
    const country = countryIn((column) => withoutFirstGuard(cells[column] ?? '').trim());
    const person = toPerson(said, properties, { rules, country });
    const consent = consentsIn(cells);
    const suppression = suppressionsIn(cells, person.input);
    return {
      input: person.input,
      consents: consent.consents,
      suppressions: suppression.suppressions,
      doubts: [...person.doubts, ...(consent.doubts ?? [])],
      problems: [
        ...person.problems,
        ...consent.problems,
        ...suppression.problems,
        ...problems,
        ...propertyProblems(properties),
      ],
    };
  };
  return { read } as const;
};

export const propertyProblems = (properties: Readonly<Record<string, unknown>>): RowProblem[] => {
  const parsed = v.safeParse(Custom, properties);
  if (parsed.success) return [];
  return parsed.issues.map(({ message, path }) => ({
    column: String(path?.[0]?.key ?? ''),
    code: 'invalid_property',
    message,
  }));
};
