import * as v from 'valibot';
import { problemText } from '../../problem-text.ts';
import { type BlockRules, blockProblem } from '../../profiles/blocked.ts';
import { Email, ExternalId } from '../../profiles/identity.ts';
import { phoneMishap, readPhone } from '../../profiles/phone.ts';
import { placeholderReason } from '../../profiles/placeholders.ts';
import { Coordinate, locationFields, type ProfileInput, type TextField, textFields } from '../../profiles/profile.ts';
import type { Properties } from '../../properties.ts';
import { countryCode } from '../columns/country.ts';
import type { Part } from '../columns/headers.ts';
import type { RowProblem } from './row.ts';

/** A part of a profile as a row says it: blank ones are not there. */
export interface Said {
  readonly part: Part;
  readonly column: string;
  readonly text: string;
}

interface Person {
  readonly input: ProfileInput;
  readonly problems: readonly RowProblem[];
  /** What is taken, and may be wrong. */
  readonly doubts: readonly RowProblem[];
}

/** What a row says of a person, and every cell that says it wrongly by what the account says. */
export const toPerson = (said: readonly Said[], properties: Properties, rules: BlockRules = {}): Person => {
  const problems: RowProblem[] = [];
  const doubts: RowProblem[] = [];
  const text: { [part in Part]?: Said } = {};
  for (const one of said) text[one.part] = one;
  const identifiers: { email?: string; phone_number?: string; external_id?: string } = {};

  const { email, external_id: id, phone_number: phone } = text;
  if (email) identifiers.email = read(Email, email, problems);
  if (id) identifiers.external_id = read(ExternalId, id, problems);
  if (phone) {
    const country = countryCode(text.country?.text);
    const read = readPhone(phone.text.replace(/^(tel:|')/, ''), { country, isCell: true });
    if (read === undefined) problems.push(badPhone(phone, country));
    else identifiers.phone_number = read.number;
    if (read?.isDoubtful) doubts.push({ column: phone.column, code: 'doubtful_phone_number', message: DOUBTFUL });
  }
  for (const kind of ['email', 'external_id', 'phone_number'] as const) {
    const value = identifiers[kind];
    const message = value && blockProblem(kind, value, rules);
    if (message) problems.push({ column: text[kind]?.column, code: `invalid_${kind}`, message });
  }
  if (!email && !id && !phone) {
    problems.push({
      code: 'missing_identifier',
      message: 'Nothing says whose row this is. Give an e-mail address, a phone number or an external id.',
    });
  }
  for (const { part, column, text: given } of said) {
    if (given.length > 1_000 && part !== 'email')
      problems.push({ column, code: 'too_long', message: 'Longer than 1,000 characters.' });
  }
  let location: Record<string, string | number> | undefined;
  for (const field of locationFields) {
    const given = text[field]?.text;
    if (given === undefined) continue;
    location ??= {};
    const isDegrees = field === 'latitude' || field === 'longitude';
    const degrees = isDegrees ? v.safeParse(Coordinate, isNumber(given) ? Number(given) : given) : undefined;
    if (degrees && !degrees.success)
      problems.push({
        column: text[field]?.column,
        code: 'invalid_location',
        message: problemText(degrees.issues[0], 'It'),
      });
    location[field] = degrees?.success ? degrees.output : given;
  }
  const fields: { [field in TextField]?: string } = {};
  for (const field of textFields) {
    const given = text[field]?.text;
    if (given !== undefined) fields[field] = given;
  }
  const input = { identifiers, fields, properties };
  return { input: location ? { ...input, location } : input, problems, doubts };
};

const read = (schema: typeof Email | typeof ExternalId, { text, column }: Said, problems: RowProblem[]): string => {
  const parsed = v.safeParse(schema, text);
  if (parsed.success) return parsed.output;
  problems.push({
    column,
    code: schema === Email ? 'invalid_email' : 'invalid_external_id',
    message: problemText(parsed.issues[0], 'It'),
  });
  return '';
};

const DOUBTFUL = 'No numbering plan that is known here has such numbers. They are kept.';
const NOT_POSSIBLE = 'Not a phone number that exists in this country.';
const NO_COUNTRY =
  'Not a phone number. Write it with a plus and the country code, or give its country in a Country column.';

const badPhone = ({ text, column }: Said, country: string | undefined): RowProblem => ({
  column,
  code: 'invalid_phone_number',
  message:
    placeholderReason('phone_number', text) ??
    phoneMishap(text, country) ??
    (text.trim().startsWith('+') ? NOT_POSSIBLE : NO_COUNTRY),
});

const isNumber = (text: string): boolean => /^-?\d{1,3}(\.\d+)?$/.test(text);
