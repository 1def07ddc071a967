import type { Context } from '../../../functions/domains/accounts/context.ts';
import type { Subject } from '../../../functions/domains/privacy/subjects/subject.ts';
import type { Profile } from '../../../functions/domains/profiles/records/profile.ts';
import { readIdentifierOwners, readProfile } from '../../../functions/domains/profiles/records/resolve.ts';
import { Advice } from '../cli/advice.ts';
import { harmless } from '../cli/output.ts';
import { type SubjectKind, subjectIn } from './person-option.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The profile that a person has who is named by any identifier. */
export const profileOfSubject = async ({ kind, value }: Subject, context: Deps): Promise<Profile | undefined> => {
  if (kind === 'id') return readProfile(value, context);
  const [named] = await readIdentifierOwners({ [kind]: value }, context);
  return named?.owner === undefined ? undefined : readProfile(named.owner, context);
};

/** Whom a command is about. What looks like nothing else is the id of a profile that has to be there: it may be mistyped. */
export const findSubject = async (
  person: string,
  as: SubjectKind | undefined,
  context: Deps,
): Promise<{ readonly subject: Subject; readonly profile: Profile | undefined }> => {
  const subject = subjectIn(person, as);
  const profile = await profileOfSubject(subject, context);
  if (subject.kind === 'id' && as === undefined && !profile) {
    throw new Advice(
      `'${harmless(person)}' is no e-mail address, no phone number with its country code (+49…), and the id of no profile. If it is something else, say what: --as external_id, --as anonymous_id or --as id.`,
    );
  }
  return { subject, profile };
};

/** The profile id of the named person; ids are taken as they are. */
export const profileIdOf = async (person: string, as: SubjectKind | undefined, context: Deps): Promise<string> => {
  const subject = subjectIn(person, as);
  if (subject.kind === 'id') return subject.value;
  const profile = await profileOfSubject(subject, context);
  if (profile) return profile.id;
  throw new Advice(`Nobody has the ${subject.kind} '${harmless(person)}'.`);
};

/** In words, as much as tells one person from another. */
export const describePerson = (person: string, profile: Profile | undefined): string => {
  if (!profile) return `${harmless(person)}, whom no profile here has`;
  const { id, email, phone_number, external_id } = profile;
  const known = [email, phone_number, external_id].filter((one) => one !== undefined && one !== person);
  return harmless(`${person} (profile ${id}${known.length > 0 ? `, ${known.join(', ')}` : ''})`);
};
