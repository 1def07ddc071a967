import type { Examples } from './people.ts';

export const receiptExamples: Examples = {
  createRejectedItemReplayJob: {
    data: {
      type: 'rejected-item-replay-job',
      attributes: { code: 'invalid', from: '2026-07-15T00:00:00Z', to: '2026-07-16T00:00:00Z' },
    },
  },
};
