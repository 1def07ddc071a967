import type { ResourceName } from '../../functions/platform/resources/resources.ts';
import { archive } from './archive.ts';
import { bus } from './bus.ts';
import { outgoing } from './fetch.ts';
import { imports } from './imports.ts';
import { mail } from './mail.ts';
import { queue } from './queue.ts';
import type { HostedResource } from './resource.ts';
import { schedule } from './schedule.ts';
import { secrets } from './secrets.ts';
import { sftp } from './sftp.ts';
import { table } from './table.ts';

/** The CDK half of each resource. The type requires all of them. */
export const resources: { readonly [Name in ResourceName]: HostedResource<Name> } = {
  archive,
  bus,
  fetch: outgoing,
  imports,
  mail,
  queue,
  schedule,
  secrets,
  sftp,
  table,
};
