/** A webhook sends to a receiver by HTTP, or to the event bus of the deployment, as `eventbridge://<name>`. */
const BUS_URL = /^eventbridge:\/\/([A-Za-z0-9._-]{1,256})$/;

/** The name of the bus. Undefined for a receiver by HTTP. */
export const busNameOf = (url: string): string | undefined => BUS_URL.exec(url)?.[1];

/** The URL without its path, which may contain a secret. */
export const shownUrl = (url: string): string => (busNameOf(url) === undefined ? new URL(url).origin : url);
