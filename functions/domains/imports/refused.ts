import { ApiError } from '../../platform/errors.ts';
import type { Applied } from './apply.ts';

/** What is wrong with the row fails it; all else, such as a throttled table, is not the row's fault and is tried again. */
export const refused = (error: ApiError): Applied => {
  switch (error.code) {
    case 'invalid':
    case 'not_found':
    case 'duplicate_profile':
    case 'erased':
    case 'conflict':
    case 'gone':
    case 'too_large':
      return {
        outcome: 'failed',
        problems: error.problems.map(({ detail }) => ({ code: error.code, message: detail })),
      };
    default:
      throw error;
  }
};

/** What came of the work, or why it was refused. */
export const reported = async (work: () => Promise<Applied>): Promise<Applied> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refused(error);
  }
};
