import type { LiveForm, Trigger } from '../definition/definition.ts';

/** Waits for one condition, and returns how to stop. */
type Wait = (properties: NonNullable<Trigger['properties']>, met: () => void) => () => void;

interface Surroundings {
  readonly pages: () => number;
}

const listen = (target: EventTarget, name: string, listener: (event: Event) => void): (() => void) => {
  target.addEventListener(name, listener, { passive: true });
  return () => target.removeEventListener(name, listener);
};

const scrolled = (): number => {
  const { scrollHeight, clientHeight } = document.documentElement;
  const room = scrollHeight - clientHeight;
  // A page that fits the window is read to its end.
  return room > 0 ? (100 * scrollY) / room : 100;
};

/** A finger that moves up so fast goes for the address bar. */
const FLING_PX = 300;
const FLING_MS = 200;

const waits = ({ pages }: Surroundings): Readonly<Record<string, Wait>> => ({
  delay: ({ seconds = 5 }, met) => {
    const timer = setTimeout(met, seconds * 1_000);
    return () => clearTimeout(timer);
  },
  scroll_percentage: ({ percentage = 30 }, met) => {
    const check = (): void => {
      if (scrolled() >= percentage) met();
    };
    check();
    return listen(window, 'scroll', check);
  },
  page_visits: ({ pages: wanted = 3 }, met) => {
    if (pages() >= wanted) met();
    return () => undefined;
  },
  exit_intent: (_, met) => {
    let top = scrollY;
    let since = performance.now();
    const stops = [
      listen(document, 'mouseout', (event) => {
        if (event instanceof MouseEvent && !event.relatedTarget && event.clientY <= 0) met();
      }),
      listen(window, 'scroll', () => {
        const now = performance.now();
        if (matchMedia('(pointer: coarse)').matches && now - since < FLING_MS && top - scrollY > FLING_PX) met();
        if (scrollY < top && now - since < FLING_MS) return;
        top = scrollY;
        since = now;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  },
});

/** Calls back once, when all or any of the conditions are met: immediately if there is none. Returns how to stop. */
export const whenDue = ({ definition }: LiveForm, surroundings: Surroundings, due: () => void): (() => void) => {
  const known = waits(surroundings);
  const triggers = (definition.triggers ?? []).filter(({ type }) => known[type] !== undefined);
  const needed = definition.properties?.rule_based_trigger_evaluation === 'any' ? 1 : triggers.length;
  const met = new Set<string>();
  const stops: (() => void)[] = [];
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    for (const one of stops.splice(0)) one();
  };
  const check = (): void => {
    if (isOver || met.size < needed) return;
    stop();
    due();
  };
  for (const { type, properties = {} } of triggers) {
    const ended = known[type]?.(properties, () => {
      met.add(type);
      check();
    });
    if (ended) stops.push(ended);
  }
  if (isOver) stop();
  else check();
  return stop;
};
