import * as v from 'valibot';
import type { Route } from '../../functions/platform/http/route.ts';
import { PREFIX } from '../support/catalog/catalog-bodies.ts';
import { bodyWith, type Path, placesIn } from './places.ts';

export const kinds = ['email', 'phone_number', 'external_id'] as const;
/** The person whom strangers name. */
export const person = { email: 'ada@example.com', phone_number: '+4930123456', external_id: 'customer-7' } as const;

/** The places in a body that name a person a stranger may know. */
export const namingPlaces = ({ body }: Route) =>
  body
    ? placesIn(body).flatMap(({ path, kind: of }) => {
        const kind = kinds.find((one) => one === path.at(-1) && of === 'text');
        return kind ? [{ path, kind }] : [];
      })
    : [];

const set = (body: unknown, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value;
  if (Array.isArray(body)) return body.map((one, i) => (i === step ? set(one, rest, value) : one));
  const members = v.parse(v.record(v.string(), v.unknown()), body ?? {});
  return { ...members, [step]: set(members[step], rest, value) };
};

export interface Variant {
  readonly name: string;
  readonly body: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const placeOf = ({ body }: Route, relationship: string): Path | undefined =>
  body && placesIn(body).find(({ path }) => path.at(-1) === 'id' && path.at(-3) === relationship)?.path;

/** A variant that the shop has. */
export const VARIANT = 'there';

const isOnsite = (query: Route['query']): boolean =>
  Object.hasOwn(Object(query && 'entries' in query && query.entries), 'onsite');

/** The ways for a stranger to ask about one person, also at the limits of valid input. */
export const variantsOf = (
  route: Route,
  { path, kind }: ReturnType<typeof namingPlaces>[number],
  n: number,
  claim: string,
): Variant[] => {
  const { body: schema, query } = route;
  if (!schema) return [];
  const list = placeOf(route, 'list');
  const variant = placeOf(route, 'variant');
  const named = bodyWith(schema, path, person[kind]);
  const plain = variant ? set(named, variant, PREFIX + VARIANT) : named;
  const body = list ? set(plain, list, `fresh-${n}`) : plain;
  const beside = path.slice(0, -1);
  const taken = new Set(placesIn(schema).map((one) => one.path.join('/')));
  const withMore = (name: string, more: Readonly<Record<string, unknown>>): Variant[] => {
    const members = Object.entries(more).filter(([member]) => taken.has([...beside, member].join('/')));
    const all = members.reduce((made, [member, value]) => set(made, [...beside, member], value), body);
    return members.length === 0 ? [] : [{ name, body: all }];
  };
  const byClaim = (name: string, more: Readonly<Record<string, unknown>>): Variant[] =>
    taken.has([...beside, '_kx'].join('/')) ? withMore(name, { ...more, _kx: claim, [kind]: undefined }) : [];
  const length = (bytes: number) => ({
    properties: { s: Array.from({ length: bytes / 1_000 }, () => 'x'.repeat(996)) },
  });
  return [
    { name: 'plain', body },
    { name: 'again', body },
    { name: 'with Global Privacy Control', body, headers: { 'sec-gpc': '1' } },
    { name: 'with Global Privacy Control again', body, headers: { 'sec-gpc': '1' } },
    ...(list ? [{ name: 'of a list that is there', body: set(plain, list, 'there') }] : []),
    ...withMore('by a browser', { anonymous_id: `browser-${n}` }),
    ...withMore('by her browser', { anonymous_id: 'hers' }),
    ...withMore('by all that she has', person),
    ...withMore('with a name', { first_name: 'Eve' }),
    ...withMore('as large as a call may be', length(90_000)),
    ...withMore('larger', length(120_000)),
    ...withMore('far larger', length(320_000)),
    ...withMore('larger than a profile may be', length(360_000)),
    ...withMore('with a list that grows too long', {
      properties: { l: Array.from({ length: 1_000 }, (_, i) => i) },
      meta: { patch_properties: { append: { l: [-1] } } },
    }),
    ...withMore('blocked', { external_id: 'blocked' }),
    ...withMore('with somebody else’s token', { _kx: 'x.y.z' }),
    ...byClaim('by a token for her claimed identifiers', {}),
    ...byClaim('by such a token and a browser', { anonymous_id: `token-${n}` }),
    ...(isOnsite(query) ? [{ name: 'by a script', body, query: '&onsite=true' }] : []),
  ];
};
