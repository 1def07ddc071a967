import { defineJob } from '../../platform/jobs/define.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import { stockRounds } from './records/store.ts';

/** Tells those who wait for a variant that it is back, oldest first, group by group. See docs/adr/0115. */
export const stockRound = defineJob({
  name: 'back-in-stock',
  state: stateIn(stockRounds),
  waitsUntil: ({ due }) => (due === undefined ? undefined : new Date(due)),

  // Loaded on demand, since most functions only start jobs.
  step: async (run, context) => (await import('./round-step.ts')).roundStep(run, context),
});
