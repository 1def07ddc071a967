import type { TriggeredService } from '../../../platform/workers/trigger.ts';

/** For services with jobs. Loaded with the first dead letter: no request needs it. */
export const onDeadLetter: NonNullable<TriggeredService['onDeadLetter']> = async (letter, services) => {
  const { keepDeadLetter } = await import('./dead-letter.ts');
  await keepDeadLetter(letter, services);
};
