interface Timer {
  readonly at: number;
  readonly order: number;
  readonly tab: object;
  readonly work: () => void;
}

/** Time that only passes when a test lets it pass. Timers of a closed tab never fire. */
export const openClock = () => {
  let time = Date.parse('2026-01-01T00:00:00Z');
  let order = 0;
  let timers: Timer[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => time,
    later: (tab: object, ms: number, work: () => void): void => {
      timers.push({ at: time + ms, order: order++, tab, work });
    },
    forget: (tab: object): void => {
      timers = timers.filter((timer) => timer.tab !== tab);
    },
    settled,
    pass: async (ms: number): Promise<void> => {
      const end = time + ms;
      for (;;) {
        await settled();
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        time = Math.max(time, next.at);
        next.work();
      }
      time = end;
    },
  };
};

export type Clock = ReturnType<typeof openClock>;
