type Work = () => Promise<void>;

/** Runs one piece of work at a time: over all tabs where the browser has Web Locks, else in this one. */
export const openLock = (): ((work: Work) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  return async (work) => {
    let isStarted = false;
    const once: Work = () => {
      isStarted = true;
      return work();
    };
    try {
      await navigator.locks.request('tributary', once);
    } catch (error) {
      // Without HTTPS there are no locks, and a sandboxed frame may not use them.
      if (isStarted) throw error;
      last = last.then(work, work);
      await last;
    }
  };
};
