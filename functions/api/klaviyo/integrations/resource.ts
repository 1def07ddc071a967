import * as v from 'valibot';
import {
  changeIntegration,
  createIntegration,
  deleteIntegration,
  getIntegration,
  readAllIntegrations,
} from '../../../domains/integrations/actions.ts';
import type { GenericSettings } from '../../../domains/integrations/source/generic-settings.ts';
import { SourceName } from '../../../domains/integrations/source/names.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource } from '../resource.ts';
import { GenericBody, integrationView } from '../views/integration.ts';

const Name = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the integration is empty.'),
  v.maxLength(100, 'The name of an integration has at most 100 characters.'),
);

/** A short one could be guessed from a single signed body. */
const Secret = v.pipe(
  Text,
  v.trim(),
  v.minLength(16, 'A secret has at least 16 characters.'),
  v.maxLength(256, 'A secret has at most 256 characters.'),
);

const ApiToken = v.pipe(
  Text,
  v.trim(),
  v.regex(/^[\x21-\x7e]{8,256}$/, 'A token has 8 to 256 printable characters without spaces.'),
);

const genericOf = ({ signature, topic_header, delivery_header, mapping }: GenericBody): GenericSettings => ({
  signature,
  mapping,
  ...(topic_header && { topicHeader: topic_header }),
  ...(delivery_header && { deliveryHeader: delivery_header }),
});

export const routes = defineResource({
  view: integrationView,
  noun: { one: 'integration', many: 'integrations' },
  scope: 'integrations',
  isAdministrative: true,
  getOne: getIntegration,

  list: {
    operation: 'getIntegrations',
    page: { default: 50, max: 100 },
    ...inMemoryListing({
      all: readAllIntegrations,
      fields: {
        name: { getValue: ({ name }) => name, filter: ['equals', 'contains'], sort: ({ name }) => name.toLowerCase() },
        source: { getValue: ({ source }) => source, filter: ['equals'] },
        enabled: { getValue: ({ enabled }) => enabled, value: 'boolean', filter: ['equals'] },
        created_at: { getValue: ({ created }) => created, value: 'time', sort: true },
      },
      sort: 'created_at',
    }),
  },

  get: { operation: 'getIntegration' },

  create: {
    operation: 'createIntegration',
    description:
      'Give the vendor the `hook_url` of the response. A vendor that shows its secret only then: set `secret` by an ' +
      'update. Until there is one, deliveries are refused. `api_token` is for vendors whose webhooks only name things, ' +
      'such as BigCommerce. Neither is ever shown.',
    attributes: v.object({
      name: Name,
      source: SourceName,
      secret: v.nullish(Secret),
      api_token: v.nullish(ApiToken),
      generic: v.nullish(GenericBody),
    }),
    run: ({ attributes: { name, source, secret, api_token: apiToken, generic } }, context) =>
      createIntegration(
        {
          name,
          source,
          ...(secret && { secret }),
          ...(apiToken && { apiToken }),
          ...(generic && { generic: genericOf(generic) }),
        },
        context,
      ),
  },

  update: {
    operation: 'updateIntegration',
    description: 'Absent attributes keep their values. The secret before a new `secret` is valid for another day.',
    attributes: v.object({
      name: v.nullish(Name),
      secret: v.nullish(Secret),
      api_token: v.nullish(ApiToken),
      enabled: v.nullish(v.boolean()),
      generic: v.nullish(GenericBody),
    }),
    run: (id, { attributes: { name, secret, api_token: apiToken, enabled, generic } }, context) =>
      changeIntegration(
        id,
        {
          ...(name && { name }),
          ...(secret && { secret }),
          ...(apiToken && { apiToken }),
          ...(generic && { generic: genericOf(generic) }),
          ...(enabled !== undefined && enabled !== null && { enabled }),
        },
        context,
      ),
  },

  delete: {
    operation: 'deleteIntegration',
    description: 'Its URL stops working. What it stored stays.',
    run: deleteIntegration,
  },
});
