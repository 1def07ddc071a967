import type { Source } from '../../source/source.ts';
import { verifyStandard } from '../../source/standard-webhooks.ts';
import { describe } from './describe.ts';
import { topics } from './topics.ts';

export const bigcommerce: Source = {
  name: 'bigcommerce',
  /** Signed as Standard Webhooks, by the client secret of the app that the webhook belongs to. */
  verify: verifyStandard,
  describe,
  topics,
  usesApi: true,
};
