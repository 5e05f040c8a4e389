import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** How much memory is used and may be used, in bytes. */
interface Used {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/**
 * The memory of this process that is nearest to its end: the heap of its JavaScript, or, where the system sets the process
 * a limit (a container's), all that it holds.
 */
export function readMemory(): Used {
  const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
  return nearestToItsEnd(
    { usedBytes, limitBytes },
    { usedBytes: process.memoryUsage.rss(), limitBytes: process.constrainedMemory() },
    totalmem(),
  );
}

/** Without a limit of its own, a process is told none (0), or one that is larger than the machine. */
export function nearestToItsEnd(heap: Used, whole: Used, machineBytes: number): Used {
  const isLimited = whole.limitBytes > 0 && whole.limitBytes <= machineBytes;
  return isLimited && shareOf(whole) > shareOf(heap) ? whole : heap;
}

const shareOf = ({ usedBytes, limitBytes }: Used): number => usedBytes / limitBytes;
