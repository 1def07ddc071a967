import { defineReplayJob } from '../../domains/receipts/rejected/replay/job.ts';

/** Replays rejected items. The handlers of all protocols are loaded with the first replay: routes only start jobs. */
export const replayJob = defineReplayJob(async () => (await import('./replay-handlers.ts')).handlers);
