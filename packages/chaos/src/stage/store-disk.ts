import { execFile } from 'node:child_process'
import { mkdir, statfs } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Program } from './program.ts'

const run = promisify(execFile)

/** The disk under the result store, which can be full for a while. */
export interface StoreDisk {
  /** How it becomes full here, for people; null: it cannot. */
  readonly way: string | null
  /** Lets nothing more be written. @param writers the programs that write to it */
  fill(writers: readonly Program[]): Promise<void>
  /** Lets everything be written again. */
  free(writers: readonly Program[]): Promise<void>
  close(): Promise<void>
}

const roomBytes = 2 ** 32
const mostFileBytes = 4096

/**
 * Makes the folder of the store. Where we may mount, it is a file system in memory that shrinks to what is in it, so that
 * writing fails as on a full disk (ENOSPC). Elsewhere, on Linux, the writers' files are kept short (EFBIG).
 */
export async function makeStoreDisk(folder: string): Promise<StoreDisk> {
  await mkdir(folder, { recursive: true })
  if (await succeeds('mount', ['-t', 'tmpfs', '-o', `size=${roomBytes}`, 'querypool-chaos', folder]))
    return mountedDisk(folder)
  return (await succeeds('prlimit', ['--version'])) ? limitedDisk() : endlessDisk
}

function mountedDisk(folder: string): StoreDisk {
  const resize = async (bytes: number): Promise<void> => {
    await run('mount', ['-o', `remount,size=${bytes}`, folder])
  }
  return {
    way: 'a file system in memory without room (ENOSPC)',
    fill: async () => {
      for (;;) {
        const { blocks, bfree, bsize } = await statfs(folder)
        // What is written meanwhile makes that size too small; then the next look has the right one.
        if (
          await resize((blocks - bfree) * bsize).then(
            () => true,
            () => false,
          )
        )
          return
      }
    },
    free: () => resize(roomBytes),
    close: async () => {
      await run('umount', ['-l', folder])
    },
  }
}

function limitedDisk(): StoreDisk {
  const limit = async (writers: readonly Program[], bytes: string): Promise<void> => {
    for (const { pid } of writers) await succeeds('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  }
  return {
    way: 'a limit of the size of files (EFBIG)',
    fill: (writers) => limit(writers, String(mostFileBytes)),
    free: (writers) => limit(writers, 'unlimited'),
    close: async () => {},
  }
}

const endlessDisk: StoreDisk = { way: null, fill: async () => {}, free: async () => {}, close: async () => {} }

function succeeds(program: string, args: string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}
