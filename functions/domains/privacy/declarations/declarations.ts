import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { personalData as accounts } from '../../accounts/personal-data/personal-data.ts';
import { personalData as archive } from '../../archive/personal-data/personal-data.ts';
import { personalData as backInStock } from '../../back-in-stock/personal-data/personal-data.ts';
import { personalData as bulkImports } from '../../bulk-imports/personal-data/personal-data.ts';
import { personalData as catalog } from '../../catalog/personal-data/personal-data.ts';
import { personalData as consent } from '../../consent/personal-data/personal-data.ts';
import { personalData as erased } from '../../erased/personal-data/personal-data.ts';
import { personalData as events } from '../../events/personal-data/personal-data.ts';
import { personalData as exports } from '../../exports/personal-data/personal-data.ts';
import { personalData as feeds } from '../../feeds/personal-data/personal-data.ts';
import { personalData as forms } from '../../forms/personal-data/personal-data.ts';
import { personalData as imports } from '../../imports/personal-data/personal-data.ts';
import { personalData as integrations } from '../../integrations/personal-data/personal-data.ts';
import { personalData as lists } from '../../lists/personal-data/personal-data.ts';
import { personalData as productFeeds } from '../../product-feeds/personal-data/personal-data.ts';
import { personalData as profiles } from '../../profiles/personal-data/personal-data.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { personalData as receipts } from '../../receipts/personal-data/personal-data.ts';
import { personalData as webhooks } from '../../webhooks/personal-data/personal-data.ts';

/** What each domain stores of people, in the order in which domains import each other: a deletion follows it. */
export const declarations: readonly PersonalData<PersonRecord>[] = [
  accounts,
  erased,
  receipts,
  profiles,
  lists,
  consent,
  events,
  catalog,
  backInStock,
  forms,
  integrations,
  archive,
  bulkImports,
  imports,
  feeds,
  productFeeds,
  webhooks,
  exports,
];
