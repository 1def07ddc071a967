import type { ParsedRow } from './parsed-row.ts';
import type { RowConsent } from './row-consent.ts';
import type { RowSuppression } from './suppressions.ts';

export interface ProfileRow extends ParsedRow {
  readonly consents: readonly RowConsent[];
  readonly suppressions: readonly RowSuppression[];
}
