import * as v from 'valibot';
import type { Profile } from '../../profiles/records/profile.ts';

const text = v.nullish(v.string());

/** How records name a person. */
export const PersonRecord = v.object({ email: text, phone_number: text, external_id: text });
export type PersonRecord = v.InferOutput<typeof PersonRecord>;

export const personColumns = ['Email', 'Phone Number', 'External ID'] as const;

export const personRecord = ({ email, phone_number, external_id }: Partial<Profile>): PersonRecord => ({
  email: email ?? null,
  phone_number: phone_number ?? null,
  external_id: external_id ?? null,
});

/** Whether an import finds the person: an anonymous id is no column. */
export const isImportable = ({ email, phone_number, external_id }: PersonRecord): boolean =>
  Boolean(email ?? phone_number ?? external_id);

export const personCells = ({ email, phone_number, external_id }: PersonRecord) => ({
  Email: email ?? '',
  'Phone Number': phone_number ?? '',
  'External ID': external_id ?? '',
});
