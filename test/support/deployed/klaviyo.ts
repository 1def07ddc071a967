import { ApiKeySession, EventsApi, MetricsApi, ProfilesApi } from 'klaviyo-api';
import { inject } from 'vitest';
import { createMatcher } from '../../../functions/platform/http/match.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';

/** What an SDK method answers, as far as it tells which endpoint was called. */
interface Called {
  readonly response: { readonly status: number; readonly config: { readonly method?: string; readonly url?: string } };
}

/** The official client, unmodified, aimed at the deployed stack; it notes which endpoints answered it. */
export const connect = () => {
  const { apiUrl, apiKey } = inject('stack');
  const session = new ApiKeySession(apiKey);
  const answered: { readonly method: string; readonly path: string }[] = [];

  const open = <T extends { basePath: string }>(Api: new (session: ApiKeySession) => T): T => {
    const api = new Api(session);
    api.basePath = apiUrl;
    return new Proxy(api, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          const result: Called = await member.apply(target, given);
          const { method = '', url = '' } = result?.response?.config ?? {};
          answered.push({ method: method.toUpperCase(), path: new URL(url).pathname });
          return result;
        };
      },
    });
  };

  return {
    open,
    events: open(EventsApi),
    metrics: open(MetricsApi),
    profiles: open(ProfilesApi),
    /** The domain's routes under /api that have not answered the client yet, but for those that it has no method for. */
    unanswered: (service: ServiceDeclaration, except: readonly string[] = []): string[] => {
      const routes = Object.entries(service.routes).map(([id, route]) => ({ ...route, id }));
      const { matchPath } = createMatcher(routes);
      const seen = new Set(
        answered.flatMap(({ method, path }) =>
          matchPath(path)
            .flatMap(({ route }) => (route.method === method ? [route.id] : []))
            .slice(0, 1),
        ),
      );
      return routes
        .filter(({ id, path }) => path.startsWith('/api/') && !seen.has(id) && !except.includes(id))
        .map(({ id }) => id);
    },
  };
};

/** What the client's thrown error says the server answered. */
export const refusal = async (
  call: Promise<unknown>,
): Promise<{ readonly status: number; readonly errors: readonly Refused[] }> => {
  try {
    await call;
  } catch (error) {
    const { response } = error as { response?: { status: number; data: { errors: readonly Refused[] } } };
    if (!response) throw error;
    return { status: response.status, errors: response.data.errors };
  }
  throw new Error('The call was expected to be refused.');
};

interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly source?: { readonly pointer?: string };
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Somebody whom no other test knows. */
export const somebody = () => `${crypto.randomUUID()}@example.com`;
