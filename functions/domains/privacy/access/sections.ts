import type { Section } from '../../../model/personal-data/section.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { declarations } from '../declarations/declarations.ts';
import { erasures } from './sections/erasures.ts';
import { other } from './sections/other.ts';

export const ownSections: readonly Section<PersonRecord>[] = [erasures, other];

/** All sections of data on people, in the order of the report. */
export const sections: readonly Section<PersonRecord>[] = [
  ...declarations.flatMap((holder) => holder.export.sections),
  ...ownSections,
].toSorted((a, b) => a.order - b.order);
