import type { Template } from './template-changes.ts';

/** The sum of the concurrency that the functions of a template reserve. */
export const reservedConcurrencyOf = ({ Resources }: Template): number =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Number(Properties?.ReservedConcurrentExecutions ?? 0))
    .reduce((sum, each) => sum + each, 0);
