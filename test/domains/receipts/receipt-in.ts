import type { Answer } from '../../support/app.ts';

/** The receipt that an answer names, or an empty text. */
export const receiptIn = ({ headers }: Answer): string => headers['Tributary-Receipt'] ?? '';
