import * as v from 'valibot';
import { ExactNumber } from '../json/exact-number.ts';

type Issue = v.BaseIssue<unknown>;

/**
 * What is wrong, in plain words: the schema's own message, or ours in place of valibot's default, such as "`type` is
 * missing." The place of the problem is reported separately. `name` is the subject of the sentence, for texts that name
 * the place themselves.
 */
export const problemText = (issue: Issue, name = subjectOf(issue)): string =>
  hasOwnMessage(issue) ? issue.message : `${name} ${statementOf(issue)}`;

/** The same with the path in front, for texts that cannot report the path separately. */
export const problemWithPath = (issue: Issue, whole = 'it'): string =>
  `${v.getDotPath(issue) ?? whole}: ${problemText(issue, 'It')}`;

/** Compares the message with the default that valibot builds from the issue's parts. */
const hasOwnMessage = ({ message, expected, received }: Issue): boolean => {
  const ending = `${expected ? `Expected ${expected} but r` : 'R'}eceived ${received}`;
  return !(message.startsWith('Invalid ') && message.endsWith(`: ${ending}`));
};

/** The name of the wrong member, or its index in the array. */
const subjectOf = ({ path }: Issue): string => {
  const keys = (path ?? []).map(({ key }) => key);
  const last = keys.at(-1);
  if (typeof last === 'string') return `\`${truncate(last)}\``;
  const parent = keys.findLast((key) => typeof key === 'string');
  return typeof last === 'number' ? `\`${truncate(String(parent ?? ''))}[${last}]\`` : 'It';
};

const statementOf = (issue: Issue): string => {
  const { kind, type, expected, received, input } = issue;
  if (type === 'strict_object' && expected === 'never') return 'is unknown.';
  if (kind === 'schema' && input === undefined) return 'is missing.';
  if (kind !== 'validation') {
    const expectation = expectedText(expected);
    return expectation === undefined
      ? `can't be ${inputText(issue)}.`
      : `has to be ${expectation}, not ${inputText(issue)}.`;
  }
  const limit = limitOf(issue);
  const unit = typeof input === 'string' ? 'characters' : 'entries';
  switch (type) {
    case 'non_empty':
      return 'is empty.';
    case 'min_length':
      return `has ${received} ${unit}; at least ${limit} are needed.`;
    case 'max_length':
      return `has ${received} ${unit}; at most ${limit} are allowed.`;
    case 'min_value':
      return `has to be at least ${limit}, not ${inputText(issue)}.`;
    case 'max_value':
      return `has to be at most ${limit}, not ${inputText(issue)}.`;
    case 'integer':
      return `has to be a whole number, not ${inputText(issue)}.`;
    case 'finite':
      return `has to be a finite number, not ${inputText(issue)}.`;
    case 'email':
      return `has to be an e-mail address, not ${inputText(issue)}.`;
    case 'url':
      return `has to be a URL such as https://example.com, not ${inputText(issue)}.`;
    case 'iso_timestamp':
      return `has to be a time such as 2026-05-01T10:00:00Z, not ${inputText(issue)}.`;
    case 'regex':
      return `has to have the form ${expected}, which ${inputText(issue)} has not.`;
    default:
      return `can't be ${inputText(issue)}.`;
  }
};

const limitOf = ({ requirement }: Issue): string => truncate(String(requirement));

/** What was sent, in short form. */
const inputText = ({ input, received }: Issue): string => {
  if (input instanceof ExactNumber) return truncate(input.text);
  if (Array.isArray(input)) return 'an array';
  if (typeof input === 'object' && input !== null) return 'an object';
  return truncate(received);
};

const MAX_QUOTED = 100;
const truncate = (text: string): string =>
  text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  Object: 'an object',
  Array: 'an array',
  Date: 'a time',
  null: 'null',
};

/** Turns `("a" | "b" | null)` into words. Undefined if valibot does not name what it expects. */
const expectedText = (expected: string | null): string | undefined => {
  if (expected === null) return undefined;
  const choices = [...expected.matchAll(/"(?:[^"\\]|\\.)*"|[^\s()|&]+/g)].map(([choice]) => choice);
  const words = [...new Set(choices)].map((choice) => (/^["\d-]/.test(choice) ? choice : TYPE_NAMES[choice]));
  if (words.length === 0 || words.includes(undefined)) return undefined;
  const last = words.at(-1) ?? '';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
};
