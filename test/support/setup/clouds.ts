import { type MiniStack, startMiniStack } from '../../../lib/local/ministack/ministack.ts';

declare global {
  // Vitest loads this file once for each project, all in one process.
  var cloudsOnce: { readonly started: Map<number, Promise<MiniStack>>; users: number } | undefined;
}

/** The local clouds of a run: one for each worker, for the tests of all projects, started for the first that asks. */
export const useClouds = () => {
  globalThis.cloudsOnce ??= { started: new Map(), users: 0 };
  const once = globalThis.cloudsOnce;
  once.users += 1;
  return {
    endpointFor: async (worker: number): Promise<string> => {
      const cloud = once.started.get(worker) ?? startMiniStack();
      once.started.set(worker, cloud);
      return (await cloud).endpoint;
    },
    /** The last of the projects stops them. */
    release: async (): Promise<void> => {
      once.users -= 1;
      if (once.users > 0) return;
      globalThis.cloudsOnce = undefined;
      await Promise.all([...once.started.values()].map(async (cloud) => (await cloud).stop()));
    },
  };
};
