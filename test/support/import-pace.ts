import { defineImportJobs } from '../../functions/domains/imports/run/jobs.ts';
import type { Pace } from '../../functions/domains/imports/run/pace.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';

/** Triggers among which the jobs of imports run at this pace. */
export const withImportPace = (
  triggers: ServiceDeclaration['triggers'],
  pace: Partial<Pace> = {},
): ServiceDeclaration['triggers'] => {
  const paced = Object.values(defineImportJobs(pace));
  return triggers.map((trigger) => {
    if (trigger.on !== 'message') return trigger;
    return paced.find(({ kind }) => kind === trigger.kind) ?? trigger;
  });
};
