"""Runs Node functions without waiting for log lines that do not come.

The emulator waits up to 50 ms after each invocation for log lines. Here the function's process says when they end.
"""

import queue
import time

from ministack.core import lambda_runtime

END = "\u0004 end of the lines of an invocation"
# A process that has died says nothing more.
MAX_WAIT_SECONDS = 0.25
RESPOND = "const _realStdoutWrite = process.stdout.write.bind(process.stdout);"

# The lines of an invocation are in the pipe before its response is.
RESPOND_AFTER_END = f"""
const _writeResponse = process.stdout.write.bind(process.stdout);
const _realStdoutWrite = (text) => {{
  if (!text.startsWith('{{"status":"ready"')) process.stderr.write({END!r} + "\\n");
  return _writeResponse(text);
}};
"""


def install():
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    if script.count(RESPOND) != 1:
        raise RuntimeError("This version of MiniStack starts Node functions in another way.")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(RESPOND, RESPOND_AFTER_END)
    lambda_runtime.Worker._drain_stderr_bounded = drain_until_end(lambda_runtime.Worker._drain_stderr_bounded)


def drain_until_end(drain):
    def drained(worker, *arguments, **options):
        if not str(worker.config.get("Runtime")).startswith("nodejs"):
            return drain(worker, *arguments, **options)
        lines, deadline = [], time.monotonic() + MAX_WAIT_SECONDS
        try:
            while (line := worker._stderr_queue.get(timeout=max(0, deadline - time.monotonic()))) != END:
                lines.append(line)
        except queue.Empty:
            pass
        return "\n".join(lines)

    return drained
