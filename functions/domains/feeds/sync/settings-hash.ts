import { createHash } from 'node:crypto';
import type { CatalogFeed } from '../records/feed.ts';

/** Of the settings that decide what is read: after a change, the same content means something else. */
export const settingsHash = ({ source, format, path, mapping = {} }: CatalogFeed): string =>
  createHash('sha256')
    .update(JSON.stringify([source, format, path, Object.entries(mapping).toSorted()]))
    .digest('base64url')
    .slice(0, 16);
