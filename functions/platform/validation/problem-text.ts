import * as v from 'valibot';
import { ExactNumber } from '../json/exact-number.ts';

type Issue = v.BaseIssue<unknown>;

/**
 * What is wrong, in our words: the message that the schema gives, or one in place of the library's own, such as
 * "`type` is missing." Where it stands is told beside it; `name` is for places that name it themselves.
 */
export const problemText = (issue: Issue, name = nameIn(issue)): string =>
  hasOwnMessage(issue) ? issue.message : `${name} ${claimOf(issue)}`;

/** The same behind the place where it stands, for texts that have no place of their own for that. */
export const placedProblem = (issue: Issue, whole = 'it'): string =>
  `${v.getDotPath(issue) ?? whole}: ${problemText(issue, 'It')}`;

/** As the library writes its messages, from the parts that it hands over. */
const hasOwnMessage = ({ message, expected, received }: Issue): boolean => {
  const ending = `${expected ? `Expected ${expected} but r` : 'R'}eceived ${received}`;
  return !(message.startsWith('Invalid ') && message.endsWith(`: ${ending}`));
};

/** The member that is wrong, or the place in the array that is. */
const nameIn = ({ path }: Issue): string => {
  const keys = (path ?? []).map(({ key }) => key);
  const last = keys.at(-1);
  if (typeof last === 'string') return `\`${short(last)}\``;
  const around = keys.findLast((key) => typeof key === 'string');
  return typeof last === 'number' ? `\`${short(String(around ?? ''))}[${last}]\`` : 'It';
};

const claimOf = (issue: Issue): string => {
  const { kind, type, expected, received, input } = issue;
  if (type === 'strict_object' && expected === 'never') return 'is not known here.';
  if (kind === 'schema' && input === undefined) return 'is missing.';
  if (kind !== 'validation') {
    const wanted = wordsOf(expected);
    return wanted === undefined ? `can't be ${given(issue)}.` : `has to be ${wanted}, not ${given(issue)}.`;
  }
  const limit = limitOf(issue);
  const unit = typeof input === 'string' ? 'characters' : 'entries';
  switch (type) {
    case 'non_empty':
      return 'is empty.';
    case 'min_length':
      return `has ${received} ${unit}; at least ${limit} are needed.`;
    case 'max_length':
      return `has ${received} ${unit}; at most ${limit} are taken.`;
    case 'min_value':
      return `has to be at least ${limit}, not ${given(issue)}.`;
    case 'max_value':
      return `has to be at most ${limit}, not ${given(issue)}.`;
    case 'integer':
      return `has to be a whole number, not ${given(issue)}.`;
    case 'finite':
      return `has to be a finite number, not ${given(issue)}.`;
    case 'email':
      return `has to be an e-mail address, not ${given(issue)}.`;
    case 'url':
      return `has to be a URL such as https://example.com, not ${given(issue)}.`;
    case 'iso_timestamp':
      return `has to be a time such as 2026-05-01T10:00:00Z, not ${given(issue)}.`;
    case 'regex':
      return `has to have the form ${expected}, which ${given(issue)} has not.`;
    default:
      return `can't be ${given(issue)}.`;
  }
};

const limitOf = ({ requirement }: Issue): string => short(String(requirement));

/** What was sent, as far as that can be said shortly. */
const given = ({ input, received }: Issue): string => {
  if (input instanceof ExactNumber) return short(input.text);
  if (Array.isArray(input)) return 'an array';
  if (typeof input === 'object' && input !== null) return 'an object';
  return short(received);
};

const MAX_QUOTED = 100;
const short = (text: string): string =>
  text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  Object: 'an object',
  Array: 'an array',
  Date: 'a time',
  null: 'null',
};

/** `("a" | "b" | null)` in words. Nothing where the library can't tell what it wants. */
const wordsOf = (expected: string | null): string | undefined => {
  if (expected === null) return undefined;
  const choices = [...expected.matchAll(/"(?:[^"\\]|\\.)*"|[^\s()|&]+/g)].map(([choice]) => choice);
  const words = [...new Set(choices)].map((choice) => (/^["\d-]/.test(choice) ? choice : WORDS[choice]));
  if (words.length === 0 || words.includes(undefined)) return undefined;
  const last = words.at(-1) ?? '';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
};
