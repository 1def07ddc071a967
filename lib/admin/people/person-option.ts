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
    'what the person is named by; by default an e-mail address, a number that begins with +, or else the id of a profile',
  ).choices(kinds);

/** Whom a command is about. */
export const subjectIn = (person: string, as: SubjectKind | undefined): Subject => {
  const kind = as ?? (person.includes('@') ? 'email' : person.startsWith('+') ? 'phone_number' : 'id');
  const data = kind === 'id' ? { id: person } : { attributes: { [kind]: person } };
  const asked = { data: { type: 'person', attributes: { profile: { data: { type: 'profile', ...data } } } } };
  const read = v.safeParse(privacyBody('person'), asked);
  if (read.success) return read.output.data.attributes.profile.data;
  throw new Advice(`'${person}': ${read.issues.map((issue) => problemText(issue)).join(' ')}`);
};
