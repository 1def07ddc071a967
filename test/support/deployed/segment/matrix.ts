/** The clients that are tested on the deployed stack, and what becomes of their calls. docs/segment.md shows it. */
export const clients = {
  '@segment/analytics-next': { faults: false },
  '@segment/analytics-node': { faults: true },
  '@rudderstack/rudder-sdk-node': { faults: true },
  'segment-analytics-python': { faults: true },
  'rudder-sdk-python': { faults: true },
  'github.com/segmentio/analytics-go/v3': { faults: true },
  'com.segment.analytics.java:analytics': { faults: true },
} as const;
export type ClientName = keyof typeof clients;

/** The metric of each call that is an event; the others change the profile. */
export const outcomes = {
  identify: 'profile',
  track: 'Placed Order',
  page: 'Viewed Page',
  screen: 'Viewed Screen',
  group: 'Joined Group',
  alias: 'merged',
} as const;

/** The metrics on the timeline of somebody for whom a client made each call once, a visit before. */
export const timeline = ['Joined Group', 'Placed Order', 'Viewed Page', 'Viewed Product', 'Viewed Screen'];
