import { Option } from 'commander';
import * as v from 'valibot';
import { privacyBody, type Subject } from '../../../functions/domains/privacy/subjects/subject.ts';
import { problemText } from '../../../functions/platform/validation/problem-text.ts';
import { Advice } from '../cli/advice.ts';

const kinds = ['email', 'phone_number', 'external_id', 'anonymous_id', 'id'] as const;
export type SubjectKind = (typeof kinds)[number];

export const asOption = (): Option =>
  new Option(
    '--as <kind>',
    'the kind of identifier (default: recognized as an e-mail address, a number with +, or else a profile id)',
  ).choices(kinds);

/** Parses the identifier of a person. */
export const parseSubject = (person: string, as: SubjectKind | undefined): Subject => {
  const kind = as ?? (person.includes('@') ? 'email' : person.startsWith('+') ? 'phone_number' : 'id');
  const data = kind === 'id' ? { id: person } : { attributes: { [kind]: person } };
  const body = { data: { type: 'person', attributes: { profile: { data: { type: 'profile', ...data } } } } };
  const result = v.safeParse(privacyBody('person'), body);
  if (result.success) return result.output.data.attributes.profile.data;
  throw new Advice(`'${person}': ${result.issues.map((issue) => problemText(issue)).join(' ')}`);
};
