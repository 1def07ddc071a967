import type { Template } from './template-changes.ts';

/** Concurrency that the functions of a template have reserved. */
export const reservedIn = ({ Resources }: Template): number =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Number(Properties?.ReservedConcurrentExecutions ?? 0))
    .reduce((sum, each) => sum + each, 0);
