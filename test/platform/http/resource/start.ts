import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../../functions/domains/accounts/keys/actions.ts';
import { type DeclaredResource, resourceOf } from '../../../../functions/platform/http/resource/registry.ts';
import type { Route } from '../../../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { allServices } from '../../../../functions/services.ts';
import { startApp } from '../../../support/app.ts';
import * as bulk from './bulk.ts';
import { type App, type Fixture, fixtures, type Shown } from './fixtures.ts';
import * as notifiers from './notifiers.ts';
import * as topics from './topics.ts';

/** A service as later ones will be: each of its resources is a declaration. */
const sample: ServiceDeclaration = {
  name: 'notifiers',
  routes: { ...notifiers.routes, ...topics.routes, ...bulk.routes },
  triggers: [bulk.trigger],
  uses: ['table', 'queue'],
};

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...[...allServices, sample].map(({ routes }) => routes)),
  triggers: sample.triggers,
  uses: ['table', 'queue'],
};

/** All declared resources, whichever service has their routes. */
export const resources: readonly DeclaredResource[] = [
  ...new Set(Object.values(everything.routes).flatMap((route) => resourceOf(route) ?? [])),
];

/** The number of readable items of each resource. */
export const COUNT = 5;

export const day = (n: number): string => `2026-02-${String(n + 1).padStart(2, '0')}T00:00:00Z`;

export const fixtureOf = ({ type }: DeclaredResource): Fixture => {
  const fixture = fixtures[type];
  if (!fixture)
    throw new Error(
      `${type} is declared as a resource. Add how to make one to test/platform/http/resource/fixtures.ts.`,
    );
  return fixture;
};

const startEverything = async (): Promise<App> => {
  // Deferred work of the sample runs immediately, other work never.
  const queue = () => ({
    send: async (message: { readonly kind: string }, delay?: unknown) => {
      const { kind, handle } = bulk.trigger;
      if (message.kind === kind && delay === undefined)
        await handle(message, app.services, { remainingMs: () => 60_000 });
    },
  });
  const app: App = await startApp(everything, { services: { queue } });
  return app;
};

/** An app with five of a resource, each created a day after the one before, and a key of another account. */
export const startWith = async (resource: DeclaredResource) => {
  const fixture = fixtureOf(resource);
  const app = await startEverything();
  const create = async (n: number): Promise<void> => {
    if (fixture.make) return void (await fixture.make(n, app));
    const { status, body } = await app.post(resource.path, { data: { type: resource.type, ...fixture.body?.(n) } });
    if (status >= 300) throw new Error(`${resource.path}: ${JSON.stringify(body)}`);
  };
  for (let n = 0; (fixture.body ?? fixture.make) && n < COUNT; n++) {
    app.at(day(n));
    await create(n);
  }
  app.at(day(COUNT));
  const other = await createAccount({ name: 'Another shop' }, app.services);
  const keyWith = async (scopes: readonly string[], account = app.account) => {
    const { key } = await createKey({ account, name: 'k', scopes }, app.services);
    return { authorization: `Klaviyo-API-Key ${key}` };
  };
  const max = resource.routes.list?.reading?.page?.max;
  const listed = () => app.get(max === undefined ? resource.path : `${resource.path}?page[size]=${max}`);
  const items: readonly Shown[] = fixture.items ? await fixture.items(app) : (await listed()).body.data;
  const [one] = items;
  if (!one) throw new Error(`There is no ${resource.type}.`);
  /** Requests per second are limited. */
  const tick = () => app.at(new Date(app.services.now().getTime() + 1_000).toISOString());
  return { ...app, fixture, items, one, keyWith, tick, stranger: await keyWith(['*'], other.id) };
};
export type Started = Awaited<ReturnType<typeof startWith>>;

/** Relates resources to one, each a day after the one before, and returns their ids. */
export const relate = async (
  app: Started,
  { path, relationships }: DeclaredResource,
  { name, id }: { readonly name: string; readonly id: string },
): Promise<readonly string[]> => {
  const fixture = app.fixture.related?.[name];
  const { type, isToMany, routes } = relationships[name] ?? {};
  const ids: string[] = [];
  for (let n = 0; fixture && n < (isToMany ? COUNT : 1); n++) {
    app.at(day(COUNT + n));
    if (fixture.relate) ids.push(await fixture.relate(id, n, app));
    const related = await fixture.make?.(n, app);
    if (related === undefined) continue;
    const data = { type, id: related };
    const method = isToMany ? 'POST' : 'PATCH';
    const changing = isToMany ? routes?.add : routes?.replace;
    if (!changing) continue;
    const at = `${path}/${id}/relationships/${name}`;
    const { status, body } = await app.send(method, at, { data: isToMany ? [data] : data });
    if (status !== 204) throw new Error(`${at}: ${JSON.stringify(body)}`);
    ids.push(related);
  }
  return ids;
};

/** A resource as collections show it. */
export const asListed = ({ details }: DeclaredResource, one: Shown): Shown => ({
  ...one,
  attributes: Object.fromEntries(Object.entries(one.attributes).filter(([name]) => !details.includes(name))),
});

export const ids = (all: readonly { readonly id: string }[]): string[] => all.map(({ id }) => id);

/** The path and query of a link. */
export const within = (link: string): string => {
  const { pathname, search } = new URL(link);
  return pathname + search;
};

export const parametersIn = (body: { readonly errors: readonly { readonly source?: object }[] }): unknown[] =>
  body.errors.map(({ source }) => source);

export type { DeclaredResource, Route, Shown };
