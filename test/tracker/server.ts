import type { Reply } from '../../functions/browser/tracker/delivery/delivery.ts';
import type { Clock } from './clock.ts';

/** What happens to a request: it is stored, or its reply is lost, or it does not arrive, or the server is overloaded. */
export type Outcome = 'ok' | 'lost' | 'away' | 'busy';

interface Stored {
  readonly person: string;
  readonly id: string;
  readonly isBackfill: boolean;
}

interface WireEvent {
  readonly attributes: { readonly unique_id: string; readonly properties: { readonly isInvalid?: boolean } };
}

const DELAY_MS = 40;

/** The server, as far as the tracker sees it: persons by token, and events once by person and `unique_id`. */
export const openServer = () => {
  const events = new Map<string, Stored>();
  const order: Stored[] = [];
  const batches: number[] = [];
  let outcomes: readonly Outcome[] = [];
  let tokens = 0;

  const personOf = (token: string | undefined): string | undefined => token?.split('/')[1];

  const storeProfile = ({ email, _kx }: { email?: string; _kx?: string }): Reply => {
    const person = email ?? personOf(_kx) ?? '';
    const before = personOf(_kx);
    const meta = {
      exchange_id: `t${tokens++}/${person}`,
      should_clear_cookie: before !== undefined && before !== person,
    };
    return { status: 202, meta };
  };
  const storeEvents = (person: string, list: readonly WireEvent[], isBackfill: boolean): Reply => {
    if (list.some(({ attributes }) => attributes.properties.isInvalid)) return { status: 400 };
    batches.push(list.length);
    for (const { attributes } of list) {
      const key = `${person} ${attributes.unique_id}`;
      if (events.has(key)) continue;
      const stored = { person, id: attributes.unique_id, isBackfill };
      events.set(key, stored);
      order.push(stored);
    }
    return { status: 202 };
  };
  const answer = (path: string, body: string): Reply => {
    const { attributes } = JSON.parse(body).data;
    if (path === 'profiles') return storeProfile(attributes);
    const person = personOf(attributes.profile.data.attributes._kx) ?? 'nobody';
    return path === 'events'
      ? storeEvents(person, [{ attributes }], attributes.backfill)
      : storeEvents(person, attributes.events.data, attributes.backfill === true);
  };

  return {
    stored: (): readonly Stored[] => order,
    batches,
    expect: (next: readonly Outcome[]): void => {
      outcomes = next;
    },
    send: (path: string, body: string, clock: Clock, tab: object): Promise<Reply> => {
      const [outcome = 'ok', ...rest] = outcomes;
      outcomes = rest;
      const reply: Reply =
        outcome === 'away'
          ? { status: 0 }
          : outcome === 'busy'
            ? { status: 429, retryAfterMs: 5_000 }
            : answer(path, body);
      // The reply comes later, and never to a tab that was closed.
      return new Promise((resolve) =>
        clock.later(tab, DELAY_MS, () => resolve(outcome === 'lost' ? { status: 0 } : reply)),
      );
    },
  };
};
