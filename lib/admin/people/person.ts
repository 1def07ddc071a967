import type { Context } from '../../../functions/domains/accounts/context.ts';
import type { Subject } from '../../../functions/domains/privacy/subjects/subject.ts';
import type { Profile } from '../../../functions/domains/profiles/records/profile.ts';
import { findProfile, readIdentifierOwners } from '../../../functions/domains/profiles/records/resolve.ts';
import { Advice } from '../cli/advice.ts';
import { escapeControls } from '../cli/output.ts';
import { parseSubject, type SubjectKind } from './person-option.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Finds the profile of a person by any identifier. */
export const profileOfSubject = async ({ kind, value }: Subject, context: Deps): Promise<Profile | undefined> => {
  if (kind === 'id') return findProfile(value, context);
  const [identifier] = await readIdentifierOwners({ [kind]: value }, context);
  return identifier?.owner === undefined ? undefined : findProfile(identifier.owner, context);
};

/**
 * Finds the person that a command names. A text that is no address or number is a profile id. It has to exist, since it
 * may be a typo.
 */
export const findSubject = async (
  person: string,
  as: SubjectKind | undefined,
  context: Deps,
): Promise<{ readonly subject: Subject; readonly profile: Profile | undefined }> => {
  const subject = parseSubject(person, as);
  const profile = await profileOfSubject(subject, context);
  if (subject.kind === 'id' && as === undefined && !profile) {
    throw new Advice(
      `'${escapeControls(person)}' is no e-mail address, no phone number with a country code (+49…), and no profile id. For another identifier, add --as external_id, --as anonymous_id or --as id.`,
    );
  }
  return { subject, profile };
};

/** The profile id of a person. An id is not looked up. */
export const profileIdOf = async (person: string, as: SubjectKind | undefined, context: Deps): Promise<string> => {
  const subject = parseSubject(person, as);
  if (subject.kind === 'id') return subject.value;
  const profile = await profileOfSubject(subject, context);
  if (profile) return profile.id;
  throw new Advice(`Nobody has the ${subject.kind} '${escapeControls(person)}'.`);
};

/** Describes a person with the identifiers that distinguish the profile. */
export const describePerson = (person: string, profile: Profile | undefined): string => {
  if (!profile) return `${escapeControls(person)} (no profile)`;
  const { id, email, phone_number, external_id } = profile;
  const others = [email, phone_number, external_id].filter((one) => one !== undefined && one !== person);
  return escapeControls(`${person} (profile ${id}${others.length > 0 ? `, ${others.join(', ')}` : ''})`);
};
