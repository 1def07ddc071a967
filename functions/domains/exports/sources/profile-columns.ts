import type { locationFields, textFields } from '../../profiles/records/profile.ts';
import { personColumns } from './person.ts';
import { consentColumns } from './topics.ts';

/** The columns of a profile's fields, by the names that imports know. */
export const fieldColumns: readonly (readonly [string, (typeof textFields)[number]])[] = [
  ['First Name', 'first_name'],
  ['Last Name', 'last_name'],
  ['Organization', 'organization'],
  ['Title', 'title'],
  ['Locale', 'locale'],
  ['Image', 'image'],
];

export const locationColumns: readonly (readonly [string, (typeof locationFields)[number]])[] = [
  ['Address', 'address1'],
  ['Address 2', 'address2'],
  ['City', 'city'],
  ['Region', 'region'],
  ['Zip', 'zip'],
  ['Country', 'country'],
  ['Timezone', 'timezone'],
  ['Latitude', 'latitude'],
  ['Longitude', 'longitude'],
  ['IP Address', 'ip'],
];

export const SUPPRESSIONS = 'Email Suppressions';

export const profileColumns: readonly string[] = [
  ...personColumns,
  ...fieldColumns.map(([column]) => column),
  ...locationColumns.map(([column]) => column),
  ...consentColumns,
  SUPPRESSIONS,
  `${SUPPRESSIONS} Timestamp`,
];

interface Suppressed {
  readonly reason: string;
  readonly at: string;
}

/** Reasons, and the time of each in the same order. */
export const suppressionCells = (suppressions: readonly Suppressed[]): Readonly<Record<string, string>> =>
  suppressions.length === 0
    ? {}
    : {
        [SUPPRESSIONS]: JSON.stringify(suppressions.map(({ reason }) => reason)),
        [`${SUPPRESSIONS} Timestamp`]: JSON.stringify(suppressions.map(({ at }) => at)),
      };
