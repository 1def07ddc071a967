import * as v from 'valibot';
import { type BlockRules, blockProblem } from '../../../model/blocked.ts';
import { Email, ExternalId } from '../../../model/identity.ts';
import { phoneProblem, readPhoneNumber } from '../../../model/phone/phone.ts';
import { placeholderReason } from '../../../model/placeholders.ts';
import type { Properties } from '../../../model/properties.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';
import {
  Coordinate,
  locationFields,
  type ProfileInput,
  type TextField,
  textFields,
} from '../../profiles/records/profile.ts';
import type { Part } from '../columns/headers.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { PhoneCountry } from './phone-country.ts';

/** A non-blank profile field of a row. */
export interface PartText {
  readonly part: Part;
  readonly column: string;
  readonly text: string;
}

interface Person {
  readonly input: ProfileInput;
  readonly problems: readonly RowProblem[];
  /** Values that are accepted but may be wrong. */
  readonly doubts: readonly RowProblem[];
  /** An invalid phone number, if the row has another identifier. */
  readonly unread?: PartText;
}

interface How {
  readonly rules?: BlockRules;
  readonly country: PhoneCountry;
  /** Whether an invalid phone number is left out if the row has another identifier. */
  readonly keepsUnread?: boolean;
}

type Texts = { readonly [part in Part]?: PartText };
interface Ids {
  email?: string;
  phone_number?: string;
  external_id?: string;
}

/** Reads the person of a row, and the problems of its cells by the rules of the account. */
export const toPerson = (all: readonly PartText[], properties: Properties, how: How): Person => {
  const problems: RowProblem[] = [];
  const doubts: RowProblem[] = [];
  const texts: { [part in Part]?: PartText } = {};
  for (const one of all) texts[one.part] = one;
  const identifiers = idsIn(texts, how.rules ?? {}, problems);
  const unread = texts.phone_number && readNumber(texts.phone_number, texts, how, { identifiers, problems, doubts });
  if (!texts.email && !texts.external_id && !texts.phone_number) {
    const message = 'The row has no identifier. Add an e-mail address, a phone number or an external id.';
    problems.push({ code: 'missing_identifier', message });
  }
  for (const { part, column, text } of all) {
    if (text.length > 1_000 && part !== 'email')
      problems.push({ column, code: 'too_long', message: 'Longer than 1,000 characters.' });
  }
  const location = locationIn(texts, problems);
  const fields: { [field in TextField]?: string } = {};
  for (const field of textFields) {
    const text = texts[field]?.text;
    if (text !== undefined) fields[field] = text;
  }
  const input = { identifiers, fields, properties };
  return { input: location ? { ...input, location } : input, problems, doubts, ...(unread && { unread }) };
};

const idsIn = (texts: Texts, rules: BlockRules, problems: RowProblem[]): Ids => {
  const { email, external_id: id } = texts;
  const ids: Ids = {};
  if (email) ids.email = read(Email, email, problems);
  if (id) ids.external_id = read(ExternalId, id, problems);
  for (const kind of ['email', 'external_id'] as const) {
    const value = ids[kind];
    const message = value && blockProblem(kind, value, rules);
    if (message) problems.push({ column: texts[kind]?.column, code: `invalid_${kind}`, message });
  }
  return ids;
};

interface Found {
  readonly identifiers: Ids;
  readonly problems: RowProblem[];
  readonly doubts: RowProblem[];
}

/** Adds the phone number. Returns an invalid one that is kept as a property. */
const readNumber = (
  phone: PartText,
  { email, external_id: id }: Texts,
  { rules = {}, country, keepsUnread = false }: How,
  { identifiers, problems, doubts }: Found,
): PartText | undefined => {
  const { number, problem, doubt } = numberIn(phone, country, rules);
  if (doubt) doubts.push(doubt);
  if (number !== undefined) identifiers.phone_number = number;
  if (number !== undefined || !problem) return undefined;
  const isNamed = problems.length === 0 && (email ?? id) !== undefined;
  if (!keepsUnread || !isNamed) {
    problems.push(problem);
    return undefined;
  }
  const message = `Stored as a property: ${problem.message}`;
  doubts.push({ column: phone.column, code: 'unread_phone_number', message });
  return phone;
};

const locationIn = (texts: Texts, problems: RowProblem[]): Record<string, string | number> | undefined => {
  let location: Record<string, string | number> | undefined;
  for (const field of locationFields) {
    const given = texts[field]?.text;
    if (given === undefined) continue;
    location ??= {};
    const isDegrees = field === 'latitude' || field === 'longitude';
    const degrees = isDegrees ? v.safeParse(Coordinate, isNumber(given) ? Number(given) : given) : undefined;
    if (degrees && !degrees.success) {
      const message = problemText(degrees.issues[0], 'It');
      problems.push({ column: texts[field]?.column, code: 'invalid_location', message });
    }
    location[field] = degrees?.success ? degrees.output : given;
  }
  return location;
};

const read = (schema: typeof Email | typeof ExternalId, { text, column }: PartText, problems: RowProblem[]): string => {
  const parsed = v.safeParse(schema, text);
  if (parsed.success) return parsed.output;
  problems.push({
    column,
    code: schema === Email ? 'invalid_email' : 'invalid_external_id',
    message: problemText(parsed.issues[0], 'It'),
  });
  return '';
};

const DOUBTFUL = 'No known numbering plan has such numbers. They are stored.';
const NOT_POSSIBLE = 'Not a phone number that exists in this country.';
const NO_COUNTRY =
  'Not a phone number. Write it with a plus and the country code, or set its country: in a column Country, with imports drop --country DE, or for all files with admin accounts set phoneCountry=DE.';
const unknownCountry = (given: string): string =>
  `Not a phone number, and '${given.slice(0, 50)}' is not a known country. Write the number with a plus and the country code, or the country as its code, such as DE.`;

const numberIn = (
  phone: PartText,
  country: PhoneCountry,
  rules: BlockRules,
): { readonly number?: string; readonly problem?: RowProblem; readonly doubt?: RowProblem } => {
  const { column } = phone;
  const read = readPhoneNumber(phone.text.replace(/^(tel:|')/, ''), { country: country.code, isCell: true });
  if (read === undefined) return { problem: badPhone(phone, country) };
  const { number, isDoubtful } = read;
  const message = blockProblem('phone_number', number, rules);
  if (message) return { problem: { column, code: 'invalid_phone_number', message } };
  return { number, ...(isDoubtful && { doubt: { column, code: 'doubtful_phone_number', message: DOUBTFUL } }) };
};

const badPhone = ({ text, column }: PartText, { given, code }: PhoneCountry): RowProblem => ({
  column,
  code: 'invalid_phone_number',
  message:
    placeholderReason('phone_number', text) ??
    phoneProblem(text, code) ??
    (text.trim().startsWith('+') || code !== undefined
      ? NOT_POSSIBLE
      : given === undefined
        ? NO_COUNTRY
        : unknownCountry(given)),
});

const isNumber = (text: string): boolean => /^-?\d{1,3}(\.\d+)?$/.test(text);
