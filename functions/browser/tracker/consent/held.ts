/** At most so many calls wait for consent; the oldest leave. */
const MAX_HELD = 100;

/** Calls that wait, in memory only, until it is decided whether they may run. */
export const openHeld = () => {
  let held: ((mayRun: boolean) => void)[] = [];
  return {
    wait: (): Promise<boolean> =>
      new Promise((resolve) => {
        held.push(resolve);
        if (held.length > MAX_HELD) held.shift()?.(false);
      }),
    decide: (mayRun: boolean): void => {
      for (const resolve of held) resolve(mayRun);
      held = [];
    },
  };
};
