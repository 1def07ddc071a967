import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';

export interface BusEvent {
  readonly type: string;
  /** JSON. */
  readonly detail: string;
  readonly at: Date;
}

/** The event bus of the deployment. */
export interface Bus {
  /** As webhooks name it. */
  readonly name: string;
  /** Throws if the bus refuses the event, which may have come to it even so. */
  put(event: BusEvent): Promise<void>;
}

/** The last part of an ARN, or the name itself. */
const nameOf = (bus: string): string => bus.split('/').at(-1) ?? bus;

/** `bus` is a name or an ARN. Loads the client with the first event. */
export const openBus = (bus: string, config?: EventBridgeClientConfig): Bus => {
  let opened: Promise<Pick<Bus, 'put'>> | undefined;
  return {
    name: nameOf(bus),
    async put(event) {
      opened ??= import('./event-bridge.ts').then(({ openEventBridge }) => openEventBridge(bus, config));
      await (await opened).put(event);
    },
  };
};
