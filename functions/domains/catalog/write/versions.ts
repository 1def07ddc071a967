import type { Entity } from '../../../platform/table/entity.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import type { VersionId } from '../records/store.ts';
import type { StoreDeps } from './kind.ts';

/** How long versions are kept, unless the deployment says otherwise. */
const VERSION_DAYS = 400;

type Version = VersionId & { readonly expiresAt: number };

/** Writes the states before changes as versions. */
export const versionsIn = <Value, Stored extends Version>(
  entity: Entity<Stored, VersionId>,
  toVersion: (value: Value, expiresAt: number) => Stored,
) => ({
  create: (values: readonly Value[], { table, now, settings }: StoreDeps): Promise<unknown> => {
    const expiresAt = expiryAfterDays(now(), settings.catalogVersionDays ?? VERSION_DAYS);
    return table.createMany(
      entity,
      values.map((value) => toVersion(value, expiresAt)),
    );
  },
});
