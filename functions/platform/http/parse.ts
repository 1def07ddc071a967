import type * as v from 'valibot';
import { ApiError, type Problem, pointer } from '../errors.ts';
import { MAX_REPORTED } from '../validation/bounded-array.ts';
import { issueProblem } from '../validation/issue-problem.ts';
import { limitProblems } from './limit-problems.ts';
import { checkMembers, ignoredHeader } from './members/check.ts';
import { sortByEntry, storeUnknownMembers } from './members/entries.ts';
import { parameterProblems } from './parameters.ts';
import { urlOf } from './path.ts';
import type { MatchedRequest } from './protocol.ts';
import { unbindCursor } from './query/cursor-binding.ts';
import { readSelection, type Selection } from './query/selection.ts';

/** How to check the content of a request. */
export interface ParseOptions {
  /** Cursors are valid for this account only. */
  readonly account: string;
  /** Whether unknown members are dropped and reported in a header, instead of rejected. */
  readonly ignoresUnknownMembers?: boolean;
  /** Runs a schema with the settings that its checks need. */
  run<S extends v.GenericSchema>(schema: S, input: unknown): v.OutputDataset<v.InferOutput<S>, v.InferIssue<S>>;
}

/** An invalid request, with the content of its body if that could be read. */
export class InvalidRequestError extends ApiError {
  readonly document: unknown;
  /** Also those that the response has no room for. */
  readonly allProblems: readonly Problem[];

  constructor(allProblems: readonly Problem[], headers: Readonly<Record<string, string>>, document: unknown) {
    super('invalid', limitProblems(allProblems), headers);
    this.document = document;
    this.allProblems = allProblems;
  }
}

interface Content {
  /** @throws ApiError */
  read(): unknown;
  /** Forms are not checked for unknown members: browsers and mail programs add fields. */
  readonly isForm: boolean;
}

/** Checks query and body against the route's schemas. Reports all problems of both at once, each with its place. */
export const parse = (
  { route, event }: Pick<MatchedRequest, 'route' | 'event'>,
  content: Content,
  options: ParseOptions,
) => {
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
  let entryProblems: ReturnType<typeof sortByEntry>['entryProblems'] = new Map();
  const dropUnknownMembers = (value: unknown): unknown => {
    if (content.isForm) return value;
    const members = checkMembers(route, value, options);
    const sorted = sortByEntry(members.problems, route.entries?.list);
    problems.push(...sorted.bodyProblems);
    entryProblems = sorted.entryProblems;
    ignored = members.ignored;
    return members.known;
  };

  problems.push(...parameterProblems(route, search));
  const selection = collect(() => unbindPageCursor(readSelection(route.reading, search), event, options));
  const { query: querySchema, body: bodySchema } = route;
  const query =
    querySchema &&
    collect(() => validate(options.run(querySchema, queryValues(search)), (path) => ({ parameter: path.join('.') })));
  let document: unknown;
  let parsedBody: unknown;
  const body =
    bodySchema &&
    collect(() => {
      document = content.read();
      const dataset = options.run(bodySchema, dropUnknownMembers(document));
      parsedBody = dataset.value;
      return validate(dataset, (path) => ({ pointer: pointer(path) }));
    });

  if (problems.length > 0 || selection === undefined) {
    const otherProblems = [...[...entryProblems.values()].flat(), ...(route.entries?.problems(parsedBody) ?? [])];
    throw new InvalidRequestError([...problems, ...otherProblems], ignoredHeader(ignored), document);
  }
  storeUnknownMembers(body, entryProblems);
  return { selection, query, body, ignored };
};

/** Unbinds the cursor if it belongs to this query. */
const unbindPageCursor = (
  selection: Selection,
  event: MatchedRequest['event'],
  { account }: ParseOptions,
): Selection => {
  const { cursor, size } = selection.page;
  if (cursor === undefined) return selection;
  return { ...selection, page: { size, cursor: unbindCursor(cursor, { account, url: urlOf(event) }) } };
};

/** Parameters without a value are ignored. */
const queryValues = (search: URLSearchParams) => Object.fromEntries([...search].filter(([, value]) => value !== ''));

/** Throws an `ApiError` with every issue. */
const validate = <T>(
  { value, issues }: v.OutputDataset<T, v.BaseIssue<unknown>>,
  source: (path: readonly PropertyKey[]) => NonNullable<Problem['source']>,
): T => {
  if (!issues) return value;
  const reported = issues.slice(0, MAX_REPORTED).map((issue) => issueProblem(issue, source));
  // The total is unknown, since arrays are not checked any further.
  const more = {
    detail: `Only the first ${MAX_REPORTED} problems are listed. Correct them and send the request again.`,
  };
  throw new ApiError('invalid', issues.length > MAX_REPORTED ? [...reported, more] : reported);
};
