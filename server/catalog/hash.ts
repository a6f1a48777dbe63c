import { createHash, webcrypto } from 'node:crypto';
import { open } from 'node:fs/promises';

const CHUNK = 4 << 20;

/**
 * The hash of a file's content: SHA-256 over the SHA-256 of each 4 MiB. Each chunk is hashed on
 * Node's thread pool, so a reader can parse the same file on this thread meanwhile.
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Buffer> {
  const whole = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    // One byte more than the file, so that a small file's only chunk ends at its end.
    const { size } = await handle.stat();
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, size + 1));
    for (;;) {
      signal?.throwIfAborted();
      const filled = await fill(handle, chunk);
      if (filled > 0)
        whole.update(new Uint8Array(await webcrypto.subtle.digest('SHA-256', chunk.subarray(0, filled))));
      if (filled < chunk.length) return whole.digest();
    }
  } finally {
    await handle.close();
  }
}

/** A read may give less than was asked for; chunks must not depend on that. */
async function fill(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await handle.read(chunk, filled, chunk.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
