import type * as v from 'valibot';
import { ApiError, type Problem, pointer } from '../errors.ts';
import { MAX_REPORTED } from '../validation/bounded-array.ts';
import { problemText } from '../validation/problem-text.ts';
import { checkMembers, ignoredHeader } from './members/check.ts';
import { noteUnknownMembers, sortByEntry } from './members/entries.ts';
import { parameterProblems } from './parameters.ts';
import { urlOf } from './path.ts';
import type { Received } from './protocol.ts';
import { unboundCursor } from './query/cursor-binding.ts';
import { readSelection, type Selection } from './query/reading.ts';

/** How the content of a request is checked. */
export interface Rules {
  /** A cursor is taken back for this account alone. */
  readonly account: string;
  /** Unknown members are left out and reported in a header, instead of refused. */
  readonly ignoresUnknownMembers?: boolean;
  /** Runs a schema, with the settings that its checks depend on. */
  run<S extends v.GenericSchema>(schema: S, input: unknown): v.OutputDataset<v.InferOutput<S>, v.InferIssue<S>>;
}

interface Content {
  /** @throws ApiError */
  read(): unknown;
  /** Forms are left alone: what a browser or a mail program adds is no mistake of anybody's. */
  readonly isForm: boolean;
}

/** Query and body by the route's schemas: every problem of both at once, each pointing at its place. */
export const parse = ({ route, event }: Pick<Received, 'route' | 'event'>, content: Content, rules: Rules) => {
  const search = new URLSearchParams(event.rawQueryString);
  const problems: Problem[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid') throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };

  let ignored: readonly string[] = [];
  let ofEntries: ReturnType<typeof sortByEntry>['ofEntries'] = new Map();
  const known = (given: unknown): unknown => {
    if (content.isForm) return given;
    const checked = checkMembers(route, given, rules);
    const sorted = sortByEntry(checked.problems, route.entries?.list);
    problems.push(...sorted.ofBody);
    ofEntries = sorted.ofEntries;
    ignored = checked.ignored;
    return checked.known;
  };

  problems.push(...parameterProblems(route, search));
  const selection = collect(() => withPlainCursor(readSelection(route.reading, search), event, rules));
  const { query: querySchema, body: bodySchema } = route;
  const query =
    querySchema &&
    collect(() => validate(rules.run(querySchema, given(search)), (path) => ({ parameter: path.join('.') })));
  let read: unknown;
  const body =
    bodySchema &&
    collect(() => {
      const dataset = rules.run(bodySchema, known(content.read()));
      read = dataset.value;
      return validate(dataset, (path) => ({ pointer: pointer(path) }));
    });

  if (problems.length > 0 || selection === undefined) {
    const others = [...[...ofEntries.values()].flat(), ...(route.entries?.problems(read) ?? [])];
    throw new ApiError('invalid', [...problems, ...others].slice(0, MAX_REPORTED + 1), ignoredHeader(ignored));
  }
  noteUnknownMembers(body, ofEntries);
  return { selection, query, body, ignored };
};

/** The cursor as the handler knows it, where it is of this query. */
const withPlainCursor = (selection: Selection, event: Received['event'], { account }: Rules): Selection => {
  const { cursor, size } = selection.page;
  if (cursor === undefined) return selection;
  return { ...selection, page: { size, cursor: unboundCursor(cursor, { account, url: urlOf(event) }) } };
};

/** A parameter without a value says nothing. */
const given = (search: URLSearchParams) => Object.fromEntries([...search].filter(([, value]) => value !== ''));

/** Throws an ApiError that holds every issue. */
const validate = <T>(
  { value, issues }: v.OutputDataset<T, v.BaseIssue<unknown>>,
  source: (path: readonly PropertyKey[]) => NonNullable<Problem['source']>,
): T => {
  if (!issues) return value;
  const listed = issues.slice(0, MAX_REPORTED).map(
    (issue): Problem => ({
      detail: short(problemText(issue)),
      source: source(keys(issue).map((key) => (typeof key === 'string' ? short(key) : key))),
    }),
  );
  // How many there are nobody knows: arrays are not checked any further.
  const more = { detail: `Only the first ${MAX_REPORTED} problems are listed. Correct them and send it again.` };
  throw new ApiError('invalid', issues.length > MAX_REPORTED ? [...listed, more] : listed);
};

/** Messages and paths quote what was sent, which can be nearly as long as an answer may be. */
const MAX_QUOTED = 500;
const short = (text: string): string =>
  text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;

const keys = (issue: v.BaseIssue<unknown>): PropertyKey[] =>
  (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []));
