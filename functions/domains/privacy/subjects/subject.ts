import * as v from 'valibot';
import { AnonymousId, ExternalId, identifierKinds, LegacyEmail, PhoneNumber } from '../../../model/identity.ts';
import { Text } from '../../../platform/validation/text.ts';
import { MAX_ID_LENGTH } from '../../profiles/records/profile.ts';

/** Names a person: one identifier, or the id of their profile. */
export const Subject = v.object({ kind: v.picklist(['id', ...identifierKinds]), value: v.string() });
export type Subject = v.InferOutput<typeof Subject>;

const kinds = ['email', 'phone_number', 'id', 'external_id', 'anonymous_id'] as const;

const Person = v.object({
  type: v.literal('profile'),
  id: v.nullish(
    v.pipe(
      Text,
      v.nonEmpty('The id is empty. Leave it out.'),
      v.maxLength(MAX_ID_LENGTH, `The id of a profile has at most ${MAX_ID_LENGTH} characters.`),
    ),
  ),
  attributes: v.optional(
    v.object({
      email: v.nullish(LegacyEmail),
      phone_number: v.nullish(PhoneNumber),
      external_id: v.nullish(ExternalId),
      anonymous_id: v.nullish(AnonymousId),
    }),
    {},
  ),
});

const listSubjects = ({ id, attributes }: v.InferOutput<typeof Person>): Subject[] =>
  kinds.flatMap((kind) => {
    const value = kind === 'id' ? id : attributes[kind];
    return value ? [{ kind, value }] : [];
  });

/** The subject of a request, named by exactly one identifier. */
const SubjectBody = v.pipe(
  Person,
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): Subject => {
    const [subject, ...others] = listSubjects(value);
    if (subject && others.length === 0) return subject;
    addIssue({
      message: subject
        ? `Name the person by exactly one identifier, not by ${[subject, ...others].map(({ kind }) => kind).join(' and ')}.`
        : `Name the person by exactly one of ${kinds.join(', ')}.`,
    });
    return NEVER;
  }),
);

/** The request body of a privacy job, as Klaviyo's clients send it. */
export const privacyBody = <const Type extends string>(type: Type) =>
  v.object({
    data: v.object({
      type: v.literal(type),
      attributes: v.object({ profile: v.object({ data: SubjectBody }) }),
    }),
  });
