/** What is logged of each message and record that failed. A metric filter counts these lines, and an alarm watches them. */
export const MESSAGE_FAILED = 'message failed';
