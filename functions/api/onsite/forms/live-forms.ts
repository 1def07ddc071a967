import { openLiveForms } from '../../../domains/forms/live.ts';

/** The forms in the memory of this process. */
export const liveForms = openLiveForms();
