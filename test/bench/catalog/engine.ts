import { startEngine } from '../../dynamodb/server.ts';

/** The table in the memory of a process of its own: its time is not ours. */
const { endpoint } = await startEngine(() => Promise.reject(new Error('There is no other service.')));
process.send?.({ endpoint });
process.on('disconnect', () => process.exit());
