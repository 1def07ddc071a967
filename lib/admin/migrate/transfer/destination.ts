import { csvWriter } from '../../../../functions/domains/exports/csv/write.ts';
import { sources } from '../../../../functions/domains/exports/sources/sources.ts';
import type { ApiClient } from './api-client.ts';
import { importFile } from './import-file.ts';
import { type MovedRecord, recordKinds } from './records.ts';
import { type Counts, noCounts } from './state.ts';
import { storeCatalog } from './store-catalog.ts';

/** What became of some records. */
export interface Sent {
  readonly counts: Counts;
  readonly failedImports: readonly string[];
}

export interface Destination {
  send(records: readonly MovedRecord[], name: string): Promise<Sent>;
}

/** An account of this product, by its API: records become files like those of an export, which are imported, and jobs of the catalog. */
export const importDestination = (api: ApiClient): Destination => ({
  async send(records, name) {
    let counts: Counts = { ...noCounts, read: records.length };
    const failedImports: string[] = [];
    for (const kind of recordKinds) {
      if (kind === 'catalog') continue;
      const { header, rowOf } = csvWriter(sources[kind], []);
      const own = records.filter((one) => one.kind === kind);
      const rows = own.flatMap(({ record }) => rowOf(record) ?? []);
      counts = { ...counts, leftOut: counts.leftOut + own.length - rows.length };
      if (rows.length === 0) continue;
      const content = new Blob([header, ...rows]);
      const as = kind === 'events' ? 'events' : 'profiles';
      const { id, stored, failed } = await importFile({ kind: as, name: `${name}-${kind}.csv`, content }, api);
      counts = { ...counts, stored: counts.stored + stored, failed: counts.failed + failed };
      if (failed > 0) failedImports.push(id);
    }
    const products = records.flatMap(({ kind, record }) => (kind === 'catalog' ? [record] : []));
    const { stored, failed } = await storeCatalog(products, api);
    counts = { ...counts, stored: counts.stored + stored, failed: counts.failed + failed };
    return { counts, failedImports };
  },
});
