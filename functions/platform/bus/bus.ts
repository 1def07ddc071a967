import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';

export interface BusEvent {
  readonly type: string;
  /** JSON. */
  readonly detail: string;
  readonly at: Date;
}

/** Why a bus never takes an event, however often it is put. Undefined if the event was accepted. */
export type Refusal = string | undefined;

/** The event bus of the deployment. */
export interface Bus {
  /** As webhooks name it. */
  readonly name: string;
  /** Throws if the event is to be put again. It may have come to the bus even so. */
  put(event: BusEvent): Promise<Refusal>;
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
      return (await opened).put(event);
    },
  };
};
