import type { Config } from '../shared/config.ts';
import { markOf, newId } from '../shared/ids.ts';
import type { Internals } from '../shared/internals.ts';
import type { Made } from './calls.ts';
import { MODE } from './consent/consent.ts';
import { openGate } from './consent/gate.ts';
import { followSignals } from './consent/signals.ts';
import { toAttributes } from './delivery/attributes.ts';
import { eventText } from './delivery/bodies.ts';
import { LIMITS } from './delivery/journal.ts';
import { openLock } from './delivery/lock.ts';
import { openQueue } from './delivery/queue.ts';
import { openTransport } from './delivery/transport.ts';

const now = (): number => Date.now();

type Properties = Readonly<Record<string, unknown>>;

/** The tracker of one account on this page, without its surroundings: calls in, requests out. */
export const openTracker = (config: Config, base: string) => {
  const gate = openGate(config, base, ({ marketing }) => {
    if (marketing === false) void queue.dropBackfill();
    queue.flush();
  });
  const { consent, cookie, local, session, isAllowed } = gate;
  const queue = openQueue({
    store: local,
    jar: cookie.jar,
    lock: openLock(),
    send: openTransport(base, config.company),
    now,
    newId,
    later: (ms, work) => void setTimeout(work, ms),
    signals: () => signals(),
    limits: LIMITS,
  });
  cookie.domain(config.cookieDomain);
  // From now on the gate may open.
  const signals = followSignals(consent.say);
  consent.say(MODE, config.consent === 'assumed' ? { analytics: true, marketing: true } : {});

  const identify = (given: object): Promise<boolean> => {
    const attributes = toAttributes(given);
    const mark = (): string => markOf(JSON.stringify([attributes, cookie.jar.get()]));
    return gate.run(async () => {
      // Shops say who is logged in on each page.
      if (queue.visitors.pendings().length === 0 && session.get('h') === mark()) return true;
      const isTaken = await queue.identify(attributes);
      if (isTaken) session.set('h', mark());
      return isTaken;
    });
  };

  const track = async (
    name: unknown,
    properties: Properties,
    { time, id = newId() }: Made = { time: now() },
  ): Promise<boolean> => {
    if (typeof name !== 'string' || !name) return false;
    const { $event_id, ...others } = properties;
    const text = eventText({ name, properties: others, time, uniqueId: String($event_id ?? id) });
    return gate.run(() =>
      queue.track(text, { time, canBackfill: config.backfill && consent.current().marketing === true }),
    );
  };

  const internals: Omit<Internals, 'forms'> = {
    config,
    base,
    visitor: () => (isAllowed() ? cookie.jar.get() : undefined),
    consent: consent.current,
    signals,
    identified: async (token) => void (await gate.run(() => queue.identified(token))),
    store: { local, session },
  };
  const isIdentified = (): boolean => isAllowed() && queue.isIdentified();
  return { config, identify, track, isIdentified, consent, cookie, queue, local, internals, isAllowed, run: gate.run };
};

export type Tracker = ReturnType<typeof openTracker>;
