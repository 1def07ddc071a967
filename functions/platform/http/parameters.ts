import type { Problem } from '../errors.ts';
import { suggestName } from './members/suggest.ts';
import { isGrammar } from './query/reading.ts';
import type { Route } from './route.ts';

/**
 * Parameters that a route doesn't know, which JSON:API refuses, and such as come twice where one is meant. Pages take any:
 * links to them are sent by mail, and programs on the way add theirs.
 */
export const parameterProblems = (route: Route, query: URLSearchParams): Problem[] => {
  if (route.scope === 'open') return [];
  const own = ownParameters(route);
  const single = new Set([...own, 'page[size]', 'page[cursor]']);
  return [...new Set(query.keys())].flatMap((name): Problem[] => {
    if (!isGrammar(name) && !own.includes(name)) return [at(name, unknown(name, route))];
    const count = query.getAll(name).length;
    return count > 1 && single.has(name) ? [at(name, `${name} is given ${count} times. Send it once.`)] : [];
  });
};

const ownParameters = ({ scope, query, ignores }: Route): string[] => [
  ...(scope === 'public' ? ['company_id'] : []),
  ...Object.keys(query && 'entries' in query ? Object(query.entries) : {}),
  ...(ignores?.parameters ?? []),
];

const MAX_NAME = 100;

const unknown = (name: string, route: Route): string => {
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
  const detail = `'${short}' is not a query parameter of this endpoint.`;
  if (Object.hasOwn(route.reading?.filters ?? {}, name)) return `${detail} Filter by it: filter=equals(${name},"…").`;
  const meant = suggestName(ALIASES.get(name.toLowerCase()) ?? name, parametersOf(route));
  return meant === undefined ? detail : `${detail} Did you mean \`${meant}\`?`;
};

/** What other APIs call them. */
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

const at = (parameter: string, detail: string): Problem => ({
  detail,
  source: { parameter: parameter.length > MAX_NAME ? `${parameter.slice(0, MAX_NAME).toWellFormed()}…` : parameter },
});
