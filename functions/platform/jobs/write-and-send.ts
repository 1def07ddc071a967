import type { Queue } from '../queues/queue.ts';

/** Longer than the request that writes the job can run. */
const BACKUP_SECONDS = 60;

/**
 * Writes a job, then sends the message that starts its worker. A process that is killed between the two would leave a job
 * without a worker, so a copy of the message is sent first, with a delay. The worker must accept the message twice, and a
 * message whose job was never written.
 */
export const writeAndSend = async <Written>(
  message: Parameters<Queue['send']>[0],
  write: () => Promise<Written>,
  queue: Queue,
): Promise<Written> => {
  await queue.send(message, BACKUP_SECONDS);
  const written = await write();
  await queue.send(message);
  return written;
};
