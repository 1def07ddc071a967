import * as v from 'valibot';
import { reply } from '../../platform/http/route.ts';
import { route } from './protocol.ts';

/** A change reaches browsers within five minutes, as that of a script does. */
const CACHE = 'public, max-age=300, stale-while-revalidate=86400';

const Settings = v.object({
  integrations: v.object({
    'Segment.io': v.object({
      apiKey: v.string(),
      apiHost: v.string(),
      protocol: v.string(),
      addBundledMetadata: v.boolean(),
      unbundledIntegrations: v.array(v.string()),
    }),
  }),
  middlewareSettings: v.object({}),
  enabledMiddleware: v.object({}),
  metrics: v.object({ sampleRate: v.number() }),
  legacyVideoPluginsEnabled: v.boolean(),
  remotePlugins: v.array(v.unknown()),
});

export const getSegmentSettings = route({
  method: 'GET',
  path: '/v1/projects/{writeKey}/settings',
  summary: "Segment, for browsers: get the settings of Segment's script",
  description:
    "Segment's script reads them from its `cdnURL` when it starts, and then sends everything to this host. The write " +
    'key is the public id of the account. Browsers keep the response for five minutes.',
  scope: 'open',
  status: 200,
  result: Settings,
  headers: { 'Cache-Control': 'For how long browsers keep it.' },

  async handle({ params }, { origin }) {
    const { protocol, host, pathname } = new URL(origin);
    const settings: v.InferOutput<typeof Settings> = {
      integrations: {
        'Segment.io': {
          apiKey: params.writeKey,
          apiHost: `${host}${pathname.replace(/\/$/, '')}/v1`,
          protocol: protocol.slice(0, -1),
          addBundledMetadata: true,
          unbundledIntegrations: [],
        },
      },
      // Without a plan, the script loads no further files, which only Segment has.
      middlewareSettings: {},
      enabledMiddleware: {},
      // The script measures itself for Segment otherwise.
      metrics: { sampleRate: 0 },
      legacyVideoPluginsEnabled: false,
      remotePlugins: [],
    };
    return reply(settings, { headers: { 'cache-control': CACHE } });
  },
});
