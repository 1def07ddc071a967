/** The client alone. The index also loads a server, agents and a generator of keys. */
declare module 'ssh2/lib/client.js' {
  export { Client as default } from 'ssh2';
}
