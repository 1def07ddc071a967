type Work = () => Promise<void>;

/** Runs one piece of work at a time: over all tabs where the browser has Web Locks, else in this one. */
export const openLock = (): ((work: Work) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  const inTab = (work: Work): Promise<void> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  return async (work) => {
    let isStarted = false;
    const once = (): Promise<void> => {
      isStarted = true;
      return inTab(work);
    };
    try {
      await navigator.locks.request('tributary', once);
    } catch (error) {
      // Without HTTPS there are no locks, and a sandboxed frame may not use them.
      if (isStarted) throw error;
      await once();
    }
  };
};
