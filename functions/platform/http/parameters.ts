import type { Problem } from '../errors.ts';
import { suggestName } from './members/suggest.ts';
import { isGrammarParameter } from './query/selection.ts';
import type { Route } from './route.ts';

/**
 * Finds query parameters that a route does not support, which JSON:API requires to be rejected, and repeated parameters
 * that must be single. Pages accept any parameter: mail programs append their own to links.
 */
export const parameterProblems = (route: Route, query: URLSearchParams): Problem[] => {
  if (route.scope === 'open') return [];
  const supported = ownParameters(route);
  const single = new Set([...supported, 'page[size]', 'page[cursor]']);
  return [...new Set(query.keys())].flatMap((name): Problem[] => {
    if (!isGrammarParameter(name) && !supported.includes(name))
      return [problemAt(name, unknownParameterText(name, route))];
    const count = query.getAll(name).length;
    return count > 1 && single.has(name) ? [problemAt(name, `${name} occurs ${count} times. Send it once.`)] : [];
  });
};

const ownParameters = ({ scope, query, ignores }: Route): string[] => [
  ...(scope === 'public' ? ['company_id'] : []),
  ...Object.keys(query && 'entries' in query ? Object(query.entries) : {}),
  ...(ignores?.parameters ?? []),
];

const MAX_NAME = 100;

const unknownParameterText = (name: string, route: Route): string => {
  const shortName = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
  const detail = `'${shortName}' is not a query parameter of this endpoint.`;
  if (Object.hasOwn(route.reading?.filters ?? {}, name)) return `${detail} Filter by it: filter=equals(${name},"…").`;
  const suggestion = suggestName(ALIASES.get(name.toLowerCase()) ?? name, parametersOf(route));
  return suggestion === undefined ? detail : `${detail} Did you mean \`${suggestion}\`?`;
};

/** Names of these parameters in other APIs. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['limit', 'page[size]'],
  ['per_page', 'page[size]'],
  ['after', 'page[cursor]'],
]);

const parametersOf = (route: Route): string[] => {
  const { filters, sorts, include, fields = {}, additionalFields = {}, page } = route.reading ?? {};
  return [
    ...(filters ? ['filter'] : []),
    ...(sorts ? ['sort'] : []),
    ...(include ? ['include'] : []),
    ...Object.keys(fields).map((type) => `fields[${type}]`),
    ...Object.keys(additionalFields).map((type) => `additional-fields[${type}]`),
    ...(page ? ['page[size]', 'page[cursor]'] : []),
    ...ownParameters(route),
  ];
};

const problemAt = (parameter: string, detail: string): Problem => ({
  detail,
  source: { parameter: parameter.length > MAX_NAME ? `${parameter.slice(0, MAX_NAME).toWellFormed()}…` : parameter },
});
