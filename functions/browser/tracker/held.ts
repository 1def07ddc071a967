/** At most so many calls wait for consent; the oldest leave. */
const MAX_HELD = 100;

type Action<T> = () => Promise<T>;

/** Calls that wait, in memory only, until it is decided whether they may run. */
export const openHeld = () => {
  let held: { readonly run: () => void; readonly drop: () => void }[] = [];
  const empty = (how: 'run' | 'drop'): void => {
    const calls = held;
    held = [];
    for (const call of calls) call[how]();
  };
  return {
    hold: <T>(action: Action<T>): Promise<T | false> =>
      new Promise((resolve, reject) => {
        held.push({ run: () => action().then(resolve, reject), drop: () => resolve(false) });
        if (held.length > MAX_HELD) held.shift()?.drop();
      }),
    release: (): void => empty('run'),
    drop: (): void => empty('drop'),
  };
};
